//! What a command must satisfy, and which field is named where it does not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_operations::domain::command::{
    AssetChange, BookShipment, OrderChange, PlaceOrder, RegisterAsset, ShipmentChange,
};
use imsop_operations::domain::{Command, Rejection};
use imsop_operations::limits;
use imsop_platform::http::Refusal;
use serde_json::{Value, json};
use support::*;

fn fields(rejection: Rejection) -> Vec<String> {
    let problem = rejection.problem();
    assert_eq!((problem.status, problem.slug()), (422, "validation-failed"));
    match rejection {
        Rejection::Invalid(faults) => faults.into_iter().filter_map(|fault| fault.field).collect(),
        other => panic!("{other:?}"),
    }
}

fn order_faults(spoil: impl Fn(&mut Value)) -> Vec<String> {
    let mut json = order_json("O", &[("1", 10), ("2", 5)]);
    spoil(&mut json);
    fields(World::new().refuse(Command::PlaceOrder(body(json))))
}

fn booking_faults(spoil: impl Fn(&mut Value)) -> Vec<String> {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    let mut json = booking_json("S", &[("O", "1", 4)]);
    spoil(&mut json);
    fields(world.refuse(Command::BookShipment(body(json))))
}

#[test]
fn an_order_with_a_fault_is_refused_and_names_the_field() {
    assert_eq!(order_faults(|json| json["orderNumber"] = json!(" ")), ["orderNumber"]);
    assert_eq!(order_faults(|json| json["orderNumber"] = json!("9".repeat(129))), ["orderNumber"]);
    assert_eq!(order_faults(|json| json["customer"]["name"] = json!("a\u{0}b")), ["customer.name"]);
    assert_eq!(
        order_faults(|json| json["shippingAddress"]["country"] = json!("")),
        ["shippingAddress.country"]
    );
    let off_the_globe = json!({ "latitude": 91.0, "longitude": 0.0 });
    assert_eq!(
        order_faults(|json| json["shippingAddress"]["location"] = off_the_globe.clone()),
        ["shippingAddress.location"]
    );
    assert_eq!(order_faults(|json| json["orderDate"] = json!("1949-12-31T23:59:59Z")), ["orderDate"]);
    assert_eq!(order_faults(|json| json["orderDate"] = json!("2026-03-03T00:00:00Z")), ["orderDate"]);
    assert_eq!(order_faults(|json| json["lines"] = json!([])), ["lines"]);
}

#[test]
fn a_line_with_a_fault_is_refused_and_names_its_place() {
    let line = |name: &str| format!("lines[1].{name}");
    let spoilt =
        |name: &'static str, value: Value| order_faults(move |json| json["lines"][1][name] = value.clone());
    assert_eq!(spoilt("lineNumber", json!("1")), [line("lineNumber")]);
    assert_eq!(spoilt("description", json!("")), [line("description")]);
    assert_eq!(spoilt("quantity", json!({ "value": "1", "unit": "" })), [line("quantity.unit")]);
    assert_eq!(spoilt("scheduledDelivery", json!("2200-01-01T00:00:00Z")), [line("scheduledDelivery")]);
    assert_eq!(
        spoilt("lineValue", json!({ "amount": "1", "currency": "EUR" })),
        [line("lineValue.currency")]
    );
    assert_eq!(spoilt("lineValue", json!({ "amount": "-1", "currency": "USD" })), [line("lineValue.amount")]);
    assert_eq!(
        spoilt("lineValue", json!({ "amount": "1", "currency": "usd" }))[0],
        line("lineValue.currency")
    );
    let no_quantity = spoilt("quantity", json!({ "value": "0", "unit": "EA" }));
    assert_eq!(no_quantity, [line("quantity.value")]);
}

#[test]
fn a_price_in_another_currency_than_the_order_is_refused() {
    let faults = order_faults(|json| {
        json["lines"][1]["unitPrice"]["currency"] = json!("EUR");
        json["lines"][1]["lineValue"] = json!({ "amount": "12.50", "currency": "USD" });
    });
    assert_eq!(faults, ["lines[1].unitPrice.currency"]);
}

#[test]
fn a_line_without_a_value_is_named_by_its_own_place_alone() {
    let faults = order_faults(|json| {
        json["lines"][0].as_object_mut().unwrap().remove("unitPrice");
        // This one is told when the first is mended; by now its place would be named wrongly.
        json["lines"][1]["description"] = json!("");
    });
    assert_eq!(faults, ["lines[0]"]);
}

#[test]
fn amounts_that_no_decimal_could_hold_are_refused_and_break_nothing() {
    let largest = "79228162514264337593543950335";
    let huge = json!({ "value": largest, "unit": "EA" });
    let faults = order_faults(|json| json["lines"][0]["quantity"] = huge.clone());
    assert_eq!(faults, ["lines[0]"], "the value cannot be computed");
    let faults = order_faults(|json| {
        json["lines"][0]["quantity"] = huge.clone();
        json["lines"][0]["lineValue"] = json!({ "amount": largest, "currency": "USD" });
    });
    assert_eq!(faults, ["lines[0].quantity.value", "lines[0].lineValue.amount"]);
    let tiny = order_faults(|json| json["lines"][0]["quantity"]["value"] = json!("0.0000000001"));
    assert_eq!(tiny, ["lines[0].quantity.value"]);
}

#[test]
fn an_order_has_at_most_so_many_lines_also_with_those_that_come_later() {
    let numbers: Vec<String> = (0..=limits::LINES_PER_ORDER).map(|number| number.to_string()).collect();
    let lines: Vec<(&str, i64)> = numbers.iter().map(|number| (number.as_str(), 1)).collect();
    assert_eq!(fields(World::new().refuse(place("O", &lines))), ["lines"]);
    let mut world = World::new();
    world.accept(place("O", &lines[1..]));
    let mut json = order_json("O", &[("another", 1)]);
    let lines = body(json["lines"].take());
    assert_eq!(fields(world.refuse(change_order("O", OrderChange::AddLines { lines }))), ["lines"]);
}

#[test]
fn a_booking_with_a_fault_is_refused_and_names_the_field() {
    assert_eq!(booking_faults(|json| json["trackingNumber"] = json!("")), ["trackingNumber"]);
    assert_eq!(booking_faults(|json| json["carrier"]["name"] = json!("\u{0}")), ["carrier.name"]);
    assert_eq!(booking_faults(|json| json["origin"]["country"] = json!("")), ["origin.country"]);
    assert_eq!(
        booking_faults(|json| json["estimatedDelivery"] = json!("1900-01-01T00:00:00Z")),
        ["estimatedDelivery"]
    );
    assert_eq!(booking_faults(|json| json["lines"] = json!([])), ["lines"]);
    assert_eq!(
        booking_faults(|json| json["lines"][0]["quantity"]["value"] = json!("-1")),
        ["lines[0].quantity.value"]
    );
    assert_eq!(
        booking_faults(|json| json["weight"] = json!({ "value": "-1", "unit": "KGM" })),
        ["weight.value"]
    );
    let inverted = json!({ "minimum": 8.0, "maximum": 2.0 });
    assert_eq!(booking_faults(|json| json["temperatureRange"] = inverted.clone()), ["temperatureRange"]);
    let line = json!({ "lineNumber": "1", "quantity": { "value": "1", "unit": "EA" } });
    assert_eq!(booking_faults(|json| json["lines"] = json!([line])), ["lines[0]"]);
    let same = json!({ "orderNumber": "O", "lineNumber": "1", "quantity": { "value": "1", "unit": "EA" } });
    assert_eq!(booking_faults(|json| json["lines"] = json!([same, same])), ["lines"]);
    assert_eq!(
        booking_faults(|json| json["lines"][0]["quantity"]["unit"] = json!("KGM")),
        ["lines.quantity.unit"]
    );
}

#[test]
fn a_change_with_a_fault_is_refused_and_names_the_field() {
    let mut world = World::new();
    world.accept(place("O", &[("1", 10)]));
    world.accept(place("P", &[("1", 10)]));
    world.accept(book("S", &[("O", "1", 10)]));
    world.accept(register("A"));
    let future = Some(at("2026-03-02T12:10:01Z"));
    let long = "x".repeat(limits::REASON_LENGTH + 1);
    let off_the_globe = seen(-90.5, START, "manual");
    let refused = [
        (change_shipment("S", ShipmentChange::Depart { departed_at: future, location: None }), "departedAt"),
        (change_shipment("S", ShipmentChange::Cancel { reason: long.clone() }), "reason"),
        (change_shipment("S", off_the_globe), "position"),
        (change_shipment("S", seen(50.0, "2026-03-03T00:00:00Z", "manual")), "observedAt"),
        (change_order("P", OrderChange::Cancel { reason: String::new() }), "reason"),
        (change_asset("A", AssetChange::Retire { reason: long }), "reason"),
    ];
    for (command, field) in refused {
        assert_eq!(fields(world.refuse(command)), [field]);
    }
    world.accept(change_shipment("S", depart()));
    let delivered = ShipmentChange::Deliver { delivered_at: future };
    assert_eq!(fields(world.refuse(change_shipment("S", delivered))), ["deliveredAt"]);
}

#[test]
fn an_asset_with_a_fault_is_refused_and_names_the_field() {
    let faults = |spoil: &dyn Fn(&mut Value)| {
        let mut json = json!({ "assetNumber": "A", "assetType": "Truck", "deviceIds": ["T-1"] });
        spoil(&mut json);
        fields(World::new().refuse(Command::RegisterAsset(body(json))))
    };
    assert_eq!(faults(&|json| json["assetNumber"] = json!("")), ["assetNumber"]);
    assert_eq!(faults(&|json| json["deviceIds"] = json!(["T-1", "T-1"])), ["deviceIds[1]"]);
    let many: Vec<String> = (0..=limits::DEVICES_PER_ASSET).map(|number| format!("T-{number}")).collect();
    assert_eq!(faults(&|json| json["deviceIds"] = json!(many)), ["deviceIds"]);
}

#[test]
fn an_alert_has_at_most_so_many_factors() {
    let mut json = json!({ "kind": "Anomaly", "severity": "Info", "title": "t", "detail": "d" });
    json["factors"] = json!(vec!["warm"; limits::FACTORS_PER_ALERT + 1]);
    assert_eq!(fields(World::new().refuse(Command::RaiseAlert(body(json)))), ["factors"]);
}

#[test]
fn a_body_with_an_unknown_field_is_not_read() {
    let mut order = order_json("O", &[("1", 1)]);
    order["colour"] = json!("red");
    assert!(serde_json::from_value::<PlaceOrder>(order).is_err());
    let mut booking = booking_json("S", &[("O", "1", 1)]);
    booking["lines"][0]["colour"] = json!("red");
    assert!(serde_json::from_value::<BookShipment>(booking).is_err());
    let asset = json!({ "assetNumber": "A", "assetType": "Truck", "colour": "red" });
    assert!(serde_json::from_value::<RegisterAsset>(asset).is_err());
}

#[test]
fn a_device_on_an_asset_is_written_beside_it() {
    use imsop_journal::{Context, Domain};
    let context = Context {
        tenant: tenant(),
        actor: imsop_kernel::Actor::system("test"),
        now: at(START),
        fresh_id: imsop_kernel::Uuid::nil(),
    };
    let rows = imsop_operations::domain::Operations.attachments(&register("A"), &context, &[]);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].cells.len(), rows[0].table.columns.len());
}
