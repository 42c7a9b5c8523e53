//! The mapping of a real delivery history, and files that are not what they should be.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use imsop_integration::{CsvAdapter, FileRow, adapters};
use imsop_kernel::Problem;
use proptest::prelude::*;
use serde_json::Value;

fn scms() -> CsvAdapter {
    adapters().expect("the built-in mappings are good").into_iter().find(|one| one.name() == "scms").unwrap()
}

fn deliveries() -> Option<Vec<u8>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("IMSOP_SHARED_DATA").map_or(own, PathBuf::from);
    let file = std::fs::read(folder.join("scms/deliveries-2006-2013.csv")).ok();
    if file.is_none() {
        println!("skipped: the delivery history is not there");
    }
    file
}

fn read(bytes: &[u8], piece: usize) -> Result<Vec<FileRow>, Problem> {
    let mut reader = scms().reader();
    let mut rows = Vec::new();
    for piece in bytes.chunks(piece.max(1)) {
        rows.extend(reader.push(piece)?);
    }
    rows.extend(reader.finish()?);
    Ok(rows)
}

/// The orders of a file, assembled.
fn orders(rows: &[FileRow]) -> BTreeMap<String, Value> {
    let mut grouped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in rows.iter().filter_map(|row| row.content.as_ref().ok()) {
        let canonical = serde_json::to_string(record).unwrap();
        grouped.entry(record.order_number.clone()).or_default().push(canonical);
    }
    let adapter = scms();
    let assemble = |(number, rows): (String, Vec<String>)| {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (kind, body) =
            adapter.assemble(&number, &rows).unwrap_or_else(|faults| panic!("{number}: {faults:?}"));
        assert_eq!(kind, "orderHistory");
        (number, body)
    };
    grouped.into_iter().map(assemble).collect()
}

#[test]
fn the_history_has_the_orders_shipments_and_sums_that_were_counted_by_other_means() {
    let Some(bytes) = deliveries() else { return };
    let mut reader = scms().reader();
    let mut rows = reader.push(&bytes).unwrap();
    rows.extend(reader.finish().unwrap());
    let totals = reader.totals();
    assert_eq!((totals.rows_read, totals.rows_accepted, totals.rows_quarantined), (7_754, 7_754, 0));
    assert_eq!(totals.late_lines, 798);
    assert_eq!(totals.total_value.to_string(), "1162428918.98");
    assert_eq!(totals.total_quantity.to_string(), "135310014");
    let orders = orders(&rows);
    assert_eq!(orders.len(), 4_959);
    let shipments = |order: &Value| order["shipments"].as_array().unwrap().len();
    assert_eq!(orders.values().map(shipments).sum::<usize>(), 5_545);
    assert_eq!(orders.values().filter(|order| shipments(order) > 1).count(), 295);
}

#[test]
fn what_the_source_left_open_stays_open_with_its_reason() {
    let Some(bytes) = deliveries() else { return };
    let orders = orders(&read(&bytes, 1 << 20).unwrap());
    let mut reasons = BTreeSet::new();
    for shipment in orders.values().flat_map(|order| order["shipments"].as_array().unwrap()) {
        assert_eq!(shipment["carrier"]["status"], "notCaptured", "no carrier is invented");
        assert_eq!(shipment["departedAt"]["status"], "notCaptured", "no departure is invented");
        for field in ["weight", "freightCost"] {
            let value = &shipment[field];
            reasons.extend(value["status"].as_str().map(str::to_owned));
            assert_ne!(
                value["status"], "recordedOnLine",
                "every reference of this file names a row of its order"
            );
        }
    }
    let expected = ["capturedSeparately", "includedInCommodityCost", "invoicedSeparately"];
    assert_eq!(reasons, expected.map(str::to_owned).into());
    let text = serde_json::to_string(&orders).unwrap();
    assert!(!text.contains("1900-01-01") && !text.contains("1970-01-01"), "no placeholder dates");
}

#[test]
fn a_weight_that_names_another_row_is_the_weight_of_that_row() {
    let Some(bytes) = deliveries() else { return };
    let orders = orders(&read(&bytes, 1 << 20).unwrap());
    let shipments = orders["SO-298"]["shipments"].as_array().unwrap();
    let shipment = shipments.iter().find(|shipment| shipment["shipmentNumber"] == "DN-304").unwrap();
    // Row 10589 holds it; the other rows of the shipment refer to it.
    assert_eq!(shipment["weight"]["value"], "9006");
    assert_eq!(shipment["freightCost"]["amount"], "9869.55");
}

const HEADER: &str = "ID,Project Code,PQ #,PO / SO #,ASN/DN #,Country,Managed By,Fulfill Via,Vendor INCO Term,\
    Shipment Mode,PQ First Sent to Client Date,PO Sent to Vendor Date,Scheduled Delivery Date,\
    Delivered to Client Date,Delivery Recorded Date,Product Group,Sub Classification,Vendor,Item Description,\
    Molecule/Test Type,Brand,Dosage,Dosage Form,Unit of Measure (Per Pack),Line Item Quantity,Line Item Value,\
    Pack Price,Unit Price,Manufacturing Site,First Line Designation,Weight (Kilograms),Freight Cost (USD),\
    Line Item Insurance (USD)";

fn row(id: u32, delivered: &str, quantity: &str, weight: &str) -> String {
    format!(
        "{id},100-CI-T01,Pre-PQ Process,SO-1,DN-1,Zambia,PMO - US,From RDC,N/A - From RDC,Air,Pre-PQ Process,\
         N/A - From RDC,1-Jun-14,{delivered},{delivered},ARV,Adult,SCMS from RDC,\"Tablets, 30\",Name,Generic,1mg,\
         Tablet,30,{quantity},100,1,0.1,Site,Yes,{weight},See DN-1 (ID#:{id}),"
    )
}

#[test]
fn rows_that_are_not_fit_are_put_aside_with_reasons_and_the_rest_goes_on() {
    let broken_quote = row(5, "2-Jun-14", "1", "1").replace("\"Tablets, 30\"", "\"Tablets");
    let lines = [
        HEADER.to_owned(),
        row(1, "2-Jun-14", "10", "5"),
        row(2, "the day after", "10", "5"),
        row(3, "2-Jun-14", "many", "5"),
        row(4, "2-Jun-14", "10", "heavy"),
        broken_quote,
        row(6, "2-Jun-14", "10", "5").replace(",Site,", ",Si\u{0}te,"),
        "7,too,short".to_owned(),
        row(8, "2-Jun-14", "10", "5"),
    ];
    let mut bytes = lines.join("\r\n").into_bytes();
    bytes.extend_from_slice(b"\r\n9,\xff\xfe not UTF-8\r\n");
    let rows = read(&bytes, 100).unwrap();
    let fit: Vec<u64> = rows.iter().filter(|row| row.content.is_ok()).map(|row| row.number).collect();
    assert!(fit.contains(&1) && fit.contains(&8), "the good rows are taken: {fit:?}");
    assert!(!fit.contains(&3), "a quantity must be a number");
    for row in rows.iter().filter(|row| row.content.is_err()) {
        let faults = row.content.as_ref().unwrap_err();
        assert!(faults.iter().all(|fault| !fault.code.is_empty() && !fault.message.is_empty()), "{faults:?}");
        assert!(!row.original.is_empty(), "the original is kept");
    }
}

#[test]
fn a_word_in_a_column_of_numbers_that_nobody_knows_is_kept_as_it_is() {
    let file = format!("{HEADER}\n{}\n", row(4, "2-Jun-14", "10", "heavy"));
    let rows = read(file.as_bytes(), 1 << 20).unwrap();
    let order = &orders(&rows)["SO-1"];
    assert_eq!(order["shipments"][0]["weight"]["status"], "other");
    assert_eq!(order["shipments"][0]["weight"]["text"], "heavy");
}

#[test]
fn a_file_of_another_kind_is_refused_with_what_is_wrong() {
    let refused = |text: &str| read(text.as_bytes(), 1 << 20).expect_err("it is not what the adapter reads");
    let missing = refused(&format!("{}\n{}\n", HEADER.replace("Country,", ""), row(1, "2-Jun-14", "1", "1")));
    assert_eq!(missing.errors[0].field.as_deref(), Some("Country"));
    let separator = refused(&HEADER.replace(',', ";"));
    assert!(separator.detail.unwrap().contains("';'"), "it says which separator it seems to be");
    assert!(refused("").detail.unwrap().contains("empty"));
    assert_eq!(refused("just a text\nand another\n").status, 422);
}

#[test]
fn a_line_without_end_is_read_in_bounded_memory() {
    let mut reader = scms().reader();
    let mut rows = reader.push(format!("{HEADER}\n{}\n1,", row(1, "2-Jun-14", "1", "1")).as_bytes()).unwrap();
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..64 {
        rows.extend(reader.push(&piece).unwrap());
    }
    rows.extend(reader.push(format!("\n{}\n", row(2, "2-Jun-14", "1", "1")).as_bytes()).unwrap());
    rows.extend(reader.finish().unwrap());
    assert_eq!(rows.len(), 3);
    assert!(rows[1].content.is_err() && rows[1].original.len() < 64 * 1024, "only its beginning is kept");
    assert!(rows[2].content.is_ok(), "reading goes on behind it");
}

proptest! {
    #[test]
    fn it_makes_no_difference_in_which_pieces_a_file_comes(piece in 1usize..400) {
        let file = format!("{HEADER}\r\n{}\r\n{}\n{}", row(1, "2-Jun-14", "1", "1"), row(2, "x", "1", "1"), row(3, "", "1", "1"));
        let whole = read(file.as_bytes(), file.len()).unwrap();
        let parts = read(file.as_bytes(), piece).unwrap();
        prop_assert_eq!(format!("{whole:?}"), format!("{parts:?}"));
    }

    #[test]
    fn any_bytes_are_accepted_or_put_aside_and_never_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let mut file = format!("{HEADER}\n").into_bytes();
        file.extend_from_slice(&bytes);
        let mut reader = scms().reader();
        let mut rows = reader.push(&file).unwrap();
        rows.extend(reader.finish().unwrap());
        let totals = reader.totals();
        prop_assert_eq!(totals.rows_accepted + totals.rows_quarantined, totals.rows_read);
        prop_assert_eq!(totals.rows_read, rows.len() as u64);
    }
}
