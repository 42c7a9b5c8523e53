//! Files that are not quite what they should be: what is wrong is said, and the rest is read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

mod support;

use imsop_integration::limits::{KEPT_OF_LONG_ROW, LINES_PER_ORDER};
use imsop_kernel::Problem;
use serde_json::{Value, json};

use support::{COLUMNS, accepted, assembled, codes, faults, file, header, read, row, rows};

fn refused(file: impl AsRef<[u8]>) -> Problem {
    let problem = read(file.as_ref(), 1_000).expect_err("it is not what the adapter reads");
    assert_eq!((problem.status, problem.slug()), (422, "file-not-readable"));
    problem
}

/// The shipment of an order with one row, which is changed like this.
fn shipment(changes: &[(&str, &str)]) -> Value {
    assembled(&rows(&file(&[row(1, changes)]))).unwrap()["shipments"][0].clone()
}

#[test]
fn a_missing_column_is_named_whichever_it_is() {
    for (column, _) in COLUMNS {
        let others: Vec<&str> =
            COLUMNS.map(|(name, _)| name).into_iter().filter(|name| *name != column).collect();
        let problem = refused(format!("{}\n{}\n", others.join(","), row(1, &[])));
        assert_eq!((problem.errors.len(), problem.errors[0].code.as_str()), (1, "missing-column"));
        assert_eq!(problem.errors[0].field.as_deref(), Some(column));
        assert!(problem.detail.unwrap().contains(&format!("`{column}`")));
    }
}

#[test]
fn another_separator_is_recognized_even_where_a_column_is_missing_too() {
    for (separator, name) in [(";", "';'"), ("\t", "'\\t'"), ("|", "'|'")] {
        let all = header().replace(',', separator);
        let without_one = header().replace("Country,", "").replace(',', separator);
        for header in [all, without_one] {
            let problem = refused(format!("{header}\n"));
            assert_eq!(problem.errors[0].code, "wrong-separator");
            assert!(problem.detail.unwrap().contains(&format!("seem to be separated by {name}")));
        }
    }
}

#[test]
fn a_file_without_a_header_that_can_be_read_is_refused_with_the_reason() {
    let utf16: Vec<u8> =
        format!("\u{feff}{}\n", header()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let endless = vec![b'x'; 3 << 20];
    let twice = format!("{},Country\n", header()).into_bytes();
    for (bytes, code) in [
        (Vec::new(), "empty-file"),
        (b"\xef\xbb\xbf".to_vec(), "empty-file"),
        (b"\n\r\n\n".to_vec(), "empty-file"),
        (utf16, "wrong-encoding"),
        (endless, "row-too-long"),
        (twice, "duplicate-column"),
        (b"\"ID,Country\nand no end".to_vec(), "broken-quote"),
        (b"ID,C\0untry\n".to_vec(), "nul-byte"),
        (b"just a text\nand another\n".to_vec(), "missing-column"),
    ] {
        assert_eq!(refused(&bytes).errors[0].code, code);
    }
    assert_eq!(rows(&header()).len(), 0, "a header alone is a file without rows");
}

#[test]
fn columns_come_in_any_order_and_those_that_nobody_knows_are_kept_with_the_line() {
    let names: Vec<&str> = COLUMNS.iter().rev().map(|(name, _)| *name).collect();
    let values: Vec<String> = COLUMNS.iter().rev().map(|(_, value)| support::field(value)).collect();
    let turned = rows(&format!("Colour,{},\n{},{},x\n", names.join(","), "red", values.join(",")));
    let line = &assembled(&turned).unwrap()["lines"][0];
    assert_eq!(line["attributes"]["column:Colour"], "red");
    assert_eq!(line["attributes"]["column:#35"], "x", "a column without a name has its place for one");
    let mut usual = accepted(&rows(&file(&[row(1, &[])]))[0]).clone();
    let mut found = accepted(&turned[0]).clone();
    found.line.attributes.retain(|name, _| !name.starts_with("column:"));
    usual.line.attributes.retain(|name, _| !name.starts_with("column:"));
    assert_eq!(found, usual);
}

#[test]
fn a_word_that_nobody_knows_is_kept_where_a_value_may_be_missing_and_puts_the_row_aside_where_not() {
    for column in ["Weight (Kilograms)", "Freight Cost (USD)"] {
        let field = if column.starts_with('W') { "weight" } else { "freightCost" };
        assert_eq!(shipment(&[(column, "heavy")])[field], json!({ "status": "other", "text": "heavy" }));
        assert_eq!(shipment(&[(column, " ")])[field], json!({ "status": "notCaptured" }));
    }
    assert_eq!(shipment(&[("Shipment Mode", "Drone")])["mode"]["text"], "Drone");
    assert_eq!(shipment(&[("Shipment Mode", "N/A")])["mode"]["status"], "notCaptured");
    assert_eq!(shipment(&[("Delivered to Client Date", "30-Feb-14")])["deliveredAt"]["text"], "30-Feb-14");
    for column in ["Line Item Quantity", "Line Item Value"] {
        for (value, code) in [("many", "not-a-number"), ("1,000", "not-a-number"), ("", "missing-value")] {
            let found = rows(&file(&[row(1, &[(column, value)]), row(2, &[])]));
            assert_eq!(codes(&found), [code, ""], "{column}: {value}");
            let fault = &faults(&found[0])[0];
            assert_eq!(fault.field.as_deref(), Some(column));
            assert!(fault.message.contains(&format!("`{value}`")), "{}", fault.message);
        }
    }
}

#[test]
fn a_row_without_what_its_order_needs_is_put_aside_and_all_that_lacks_is_told() {
    let needed = ["ID", "Project Code", "PO / SO #", "ASN/DN #", "Country", "Item Description"];
    let changes = needed.map(|column| (column, ""));
    let without: Vec<String> = COLUMNS
        .map(|(column, value)| support::field(if needed.contains(&column) { "" } else { value }))
        .to_vec();
    let found = rows(&file(&[without.join(","), row(2, &changes[1..])]));
    for (row, lacking) in found.iter().zip([&needed[..], &needed[1..]]) {
        let mut told: Vec<&str> = faults(row).iter().filter_map(|fault| fault.field.as_deref()).collect();
        told.sort_unstable();
        told.dedup();
        let mut lacking = lacking.to_vec();
        lacking.sort_unstable();
        assert_eq!(told, lacking);
    }
}

#[test]
fn every_way_of_writing_a_day_gives_the_same_day() {
    for day in ["2-Jun-14", "02-JUN-14", "6/2/2014", "06/02/2014", "6/2/14"] {
        let shipment = shipment(&[("Delivered to Client Date", day), ("Scheduled Delivery Date", day)]);
        assert_eq!(shipment["deliveredAt"], "2014-06-02T00:00:00Z", "{day}");
        assert_eq!(shipment["estimatedDelivery"], "2014-06-02T00:00:00Z", "{day}");
    }
    let absurd = rows(&file(&[row(1, &[("Delivered to Client Date", "6/2/1899")])]));
    assert_eq!(codes(&absurd), ["out-of-range"]);
}

#[test]
fn a_broken_quote_costs_its_own_row_and_no_other() {
    let good = row(1, &[]);
    let open = row(2, &[]).replace("\"Tablets, 30\"", "\"Tablets");
    let stray = row(3, &[]).replace("\"Tablets, 30\"", "\"Tablets\" of 30");
    for broken in [&open, &stray] {
        for rest in [vec![], vec![good.clone()], vec![good.clone(); 100]] {
            let lines = [vec![good.clone(), broken.clone()], rest.clone()].concat();
            let found = rows(&file(&lines));
            let mut expected = vec!["", "broken-quote"];
            expected.resize(2 + rest.len(), "");
            assert_eq!(codes(&found), expected);
            assert_eq!(found[1].original, broken.as_bytes(), "the row is kept as it stands");
            assert!(faults(&found[1])[0].message.starts_with("line 3: "), "{:?}", faults(&found[1]));
        }
    }
    // Here no quote closes the field by accident.
    let plain = row(4, &[("Item Description", "Tablets")]);
    let found = rows(&file(&[open, plain.clone(), plain]));
    assert_eq!(codes(&found), ["broken-quote", "", ""]);
}

#[test]
fn bytes_that_are_no_text_put_their_row_aside() {
    let latin = row(1, &[("Vendor", "S@hne")]).replace('@', "\u{1}").into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == 1 { 0xf6 } else { byte }).collect();
    let nul = row(2, &[("Vendor", "S\0hne")]).into_bytes();
    let bytes = [header().into_bytes(), latin.clone(), nul, row(3, &[]).into_bytes()].join(&b'\n');
    let found = read(&bytes, 7).unwrap();
    assert_eq!(codes(&found), ["invalid-utf8", "nul-byte", ""]);
    assert_eq!(found[0].original, latin, "its bytes are kept");
    assert!(faults(&found[0])[0].message.contains("byte "), "it says where");
}

#[test]
fn a_row_with_too_few_or_too_many_fields_is_put_aside() {
    let found = rows(&file(&["7,too,short".to_owned(), format!("{},more", row(2, &[])), row(3, &[])]));
    assert_eq!(codes(&found), ["field-count", "field-count", ""]);
    assert!(faults(&found[0])[0].message.contains("3 fields, the header has 33"));
}

#[test]
fn line_ends_of_either_kind_a_mark_in_front_and_blank_lines_change_nothing() {
    let usual = rows(&file(&[row(1, &[]), row(2, &[])]));
    let lines = [header(), row(1, &[]), String::new(), row(2, &[])];
    for written in [lines.join("\n"), lines.join("\r\n"), format!("\u{feff}{}\r\n \r\n", lines.join("\r\n"))]
    {
        assert_eq!(format!("{:?}", rows(&written)), format!("{usual:?}"));
    }
}

#[test]
fn a_quoted_field_keeps_its_separators_quotes_and_line_ends() {
    for text in ["one\ntwo", "one\r\ntwo", "say \"yes\", twice", "\"\""] {
        let found = rows(&file(&[row(1, &[("Item Description", text)]), row(2, &[])]));
        assert_eq!(codes(&found), ["", ""]);
        assert_eq!(accepted(&found[0]).line.description, text);
    }
}

#[test]
fn a_line_of_many_megabytes_is_put_aside_with_its_beginning() {
    let piece = vec![b'x'; 1 << 20];
    let mut reader = support::scms().reader();
    let mut found = reader.push(file(&[row(1, &[])]).as_bytes()).unwrap();
    for _ in 0..32 {
        assert!(reader.push(&piece).unwrap().is_empty());
    }
    found.extend(reader.push(format!("\n{}", row(2, &[])).as_bytes()).unwrap());
    found.extend(reader.finish().unwrap());
    assert_eq!(codes(&found), ["", "row-too-long", ""]);
    assert_eq!(found[1].original, vec![b'x'; KEPT_OF_LONG_ROW]);
    assert!(faults(&found[1])[0].message.contains(&(32 << 20).to_string()), "it says how long it was");
}

#[test]
fn a_reference_is_the_value_of_the_row_that_it_names_and_stays_where_that_row_is_not_there() {
    let refers = |id, to| row(id, &[("Weight (Kilograms)", to), ("First Line Designation", "No")]);
    let weight =
        |rows: &[String]| assembled(&support::rows(&file(rows))).unwrap()["shipments"][0]["weight"].clone();
    let five = json!({ "value": "5", "unit": "KGM" });
    assert_eq!(weight(&[refers(2, "See DN-1 (ID#:1)"), row(1, &[])]), five);
    let apart = row(1, &[("Weight (Kilograms)", "Weight Captured Separately")]);
    assert_eq!(weight(&[refers(2, "See DN-1 (ID#:1)"), apart])["status"], "capturedSeparately");
    // No such row, a row of another shipment than the reference says, and rows that name each other.
    for rows in [
        vec![refers(2, "See DN-1 (ID#:9)")],
        vec![refers(2, "See DN-7 (ID#:1)"), row(1, &[("ASN/DN #", "DN-2")])],
        vec![refers(2, "See DN-1 (ID#:3)"), refers(3, "See DN-1 (ID#:2)")],
    ] {
        let weight = weight(&rows);
        assert_eq!(weight["status"], "recordedOnLine");
        assert!(weight["line"].is_string() && weight["shipmentNumber"].is_string(), "{weight}");
    }
}

#[test]
fn rows_that_contradict_each_other_make_no_order() {
    for (column, value) in [("Country", "Kenya"), ("Project Code", "other"), ("Shipment Mode", "Truck")] {
        let found = assembled(&rows(&file(&[row(1, &[]), row(2, &[(column, value)])]))).unwrap_err();
        assert_eq!(found[0].code, "contradiction", "{column}");
        assert!(
            found[0].message.contains(value) && found[0].message.contains("row 2"),
            "{}",
            found[0].message
        );
    }
    let lines: Vec<String> = (0..=LINES_PER_ORDER as u32).map(|id| row(id, &[])).collect();
    assert_eq!(assembled(&rows(&file(&lines))).unwrap_err()[0].code, "too-many");
}

#[test]
fn a_shipment_that_nobody_scheduled_is_not_given_a_promise() {
    let unscheduled = row(1, &[("Scheduled Delivery Date", "")]);
    let found = assembled(&rows(&file(std::slice::from_ref(&unscheduled)))).unwrap_err();
    assert_eq!((found.len(), found[0].code.as_str()), (1, "missing-value"));
    // A line of its own may be without a day, where the shipment has one.
    let order = assembled(&rows(&file(&[unscheduled, row(2, &[])]))).unwrap();
    assert_eq!(order["lines"][0]["scheduledDelivery"]["status"], "notCaptured");
    assert_eq!(order["shipments"][0]["estimatedDelivery"], "2014-06-01T00:00:00Z");
}
