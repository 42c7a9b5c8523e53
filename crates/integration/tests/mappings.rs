//! Mappings are data: others than the built-in ones are loaded from text, and bad ones are refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_integration::limits::MAPPING_BYTES;
use imsop_integration::{CsvAdapter, Mapping, MappingError, adapters};

use support::{accepted, read_with};

const SMALL: &str = r#"
name: small
title: Deliveries of a small partner
sourceSystem: partner
separator: ";"
dates: { formats: ["%Y-%m-%d"], earliest: 2000-01-01, latest: 2099-12-31 }
rowIdentity: [Order, Line]
order:
  number: { column: Order }
  customer: { column: Customer }
  orderDate: { column: Ordered, kind: date }
  country: { column: Country }
shipment:
  number: { column: Shipment }
  mode: { column: Mode, kind: code, values: { Road: Truck } }
  carrier: { column: Carrier }
  departed: { column: Left, kind: date }
  delivered: { column: Arrived, kind: date }
  deliveryRecorded: { column: Arrived, kind: date }
  weight: { column: Weight, kind: quantity, unit: KGM }
  freightCost: { column: Freight, kind: money, currency: EUR, markers: { free: includedInCommodityCost } }
line:
  number: { column: Line }
  description: { column: Article }
  quantity: { column: Pieces, kind: quantity, unit: EA }
  value: { column: Value, kind: money, currency: EUR }
  scheduledDelivery: { column: Due, kind: date }
"#;

const FILE: &str = "Order;Line;Customer;Ordered;Country;Shipment;Mode;Carrier;Left;Arrived;Weight;Freight;Article;\
    Pieces;Value;Due\n\
    A-1;10;Shop;2026-01-02;Denmark;S-1;Road;Vogn;2026-01-03;2026-01-04;1.5;free;Chair;2;99.90;2026-01-05\n";

#[test]
fn the_built_in_mappings_are_good_and_named_each_once() {
    let names: Vec<String> = adapters().unwrap().iter().map(|adapter| adapter.name().to_owned()).collect();
    assert_eq!(names, ["scms"]);
}

#[test]
fn another_partner_is_another_mapping_and_no_code() {
    let adapter = CsvAdapter::new(Mapping::from_yaml(SMALL).unwrap());
    let rows = read_with(&adapter, FILE.as_bytes().chunks(10)).unwrap();
    let record = accepted(&rows[0]);
    assert_eq!(record.row_id, "A-1/10");
    let canonical = serde_json::to_string(record).unwrap();
    let (kind, order) = adapter.assemble("A-1", &[&canonical]).unwrap();
    assert_eq!(kind, "orderHistory");
    let shipment = &order["shipments"][0];
    assert_eq!((&shipment["carrier"], &shipment["mode"]), (&"Vogn".into(), &"Truck".into()));
    assert_eq!(shipment["departedAt"], "2026-01-03T00:00:00Z");
    assert_eq!(shipment["freightCost"]["status"], "includedInCommodityCost");
    assert_eq!(order["lines"][0]["lineValue"], serde_json::json!({ "amount": "99.90", "currency": "EUR" }));
}

#[test]
fn a_mapping_that_cannot_work_is_refused_and_all_that_is_wrong_is_told() {
    let wrong = SMALL
        .replace("unit: EA", "currency: EA")
        .replace("%Y-%m-%d", "%Y-%m")
        .replace("name: small", "name: Small One")
        .replace("rowIdentity: [Order, Line]", "rowIdentity: []");
    let Err(MappingError::Invalid(faults)) = Mapping::from_yaml(&wrong) else { panic!("it is not usable") };
    let told = faults.join("\n");
    for part in
        ["line.quantity: a quantity needs a unit", "dates.formats", "name: `Small One`", "rowIdentity"]
    {
        assert!(told.contains(part), "{part} is not in:\n{told}");
    }
}

#[test]
fn what_is_no_mapping_at_all_is_refused() {
    for text in
        ["", "[]", "name: only", &SMALL.replace("separator", "seperator"), &format!("{SMALL}\nextra: 1\n")]
    {
        assert!(matches!(Mapping::from_yaml(text), Err(MappingError::Unreadable(_))), "{text}");
    }
    assert!(matches!(Mapping::from_yaml(&"#".repeat(MAPPING_BYTES + 1)), Err(MappingError::TooLong)));
}
