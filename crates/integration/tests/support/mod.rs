//! Files for the adapter, and what it makes of them.
#![allow(dead_code, reason = "every test uses another part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use imsop_integration::canonical::RowRecord;
use imsop_integration::{CsvAdapter, FileRow, adapters};
use imsop_kernel::Problem;
use imsop_kernel::problem::Fault;
use serde_json::Value;

static SCMS: LazyLock<CsvAdapter> = LazyLock::new(|| {
    let adapters = adapters().expect("the built-in mappings are good");
    adapters.into_iter().find(|adapter| adapter.name() == "scms").expect("scms is built in")
});

/// The adapter for the delivery history.
pub fn scms() -> &'static CsvAdapter {
    &SCMS
}

/// The real delivery history, where it is there.
pub fn deliveries() -> Option<Vec<u8>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("IMSOP_SHARED_DATA").map_or(own, PathBuf::from);
    let file = std::fs::read(folder.join("scms/deliveries-2006-2013.csv")).ok();
    if file.is_none() {
        println!("skipped: the delivery history is not there");
    }
    file
}

/// The rows of a file that comes in pieces of one size.
pub fn read(bytes: &[u8], piece: usize) -> Result<Vec<FileRow>, Problem> {
    read_with(scms(), bytes.chunks(piece.max(1)))
}

/// The rows of a file that comes in these pieces, read by this adapter.
pub fn read_with<'a>(
    adapter: &CsvAdapter,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Result<Vec<FileRow>, Problem> {
    let mut reader = adapter.reader();
    let mut rows = Vec::new();
    for piece in pieces {
        rows.extend(reader.push(piece)?);
    }
    rows.extend(reader.finish()?);
    let totals = reader.totals();
    assert_eq!(totals.rows_read, rows.len() as u64, "every row that was read is given out");
    assert_eq!(totals.rows_accepted + totals.rows_quarantined, totals.rows_read);
    Ok(rows)
}

/// The rows of a file that is given as text.
pub fn rows(file: &str) -> Vec<FileRow> {
    read(file.as_bytes(), usize::MAX).unwrap_or_else(|problem| panic!("{problem:?}"))
}

/// What a row says that must be fit.
pub fn accepted(row: &FileRow) -> &RowRecord {
    row.content.as_ref().unwrap_or_else(|faults| panic!("row {}: {faults:?}", row.number))
}

/// What is wrong with a row that must not be fit.
pub fn faults(row: &FileRow) -> &[Fault] {
    row.content.as_ref().expect_err("it is not fit")
}

/// The codes of what is wrong with each row; empty where it is fit.
pub fn codes(rows: &[FileRow]) -> Vec<&str> {
    rows.iter().map(|row| row.content.as_ref().err().map_or("", |faults| faults[0].code.as_str())).collect()
}

/// The command for the rows of one order.
pub fn assembled(rows: &[FileRow]) -> Result<Value, Vec<Fault>> {
    let canonical: Vec<String> =
        rows.iter().map(|row| serde_json::to_string(accepted(row)).unwrap()).collect();
    let canonical: Vec<&str> = canonical.iter().map(String::as_str).collect();
    let (kind, body) = scms().assemble(&accepted(&rows[0]).order_number, &canonical)?;
    assert_eq!(kind, "orderHistory");
    Ok(body)
}

/// The orders of a file by their numbers, assembled of the rows that are fit.
pub fn orders(rows: &[FileRow]) -> BTreeMap<String, Value> {
    let mut grouped: BTreeMap<String, Vec<FileRow>> = BTreeMap::new();
    for row in rows {
        if let Ok(record) = &row.content {
            grouped.entry(record.order_number.clone()).or_default().push(row.clone());
        }
    }
    let mut orders = BTreeMap::new();
    for (number, rows) in grouped {
        let body = assembled(&rows).unwrap_or_else(|faults| panic!("{number}: {faults:?}"));
        orders.insert(number, body);
    }
    orders
}

/// The columns of the delivery history in their order, and a value for each.
pub const COLUMNS: [(&str, &str); 33] = [
    ("ID", "1"),
    ("Project Code", "100-ZM-T01"),
    ("PQ #", "Pre-PQ Process"),
    ("PO / SO #", "SO-1"),
    ("ASN/DN #", "DN-1"),
    ("Country", "Zambia"),
    ("Managed By", "PMO - US"),
    ("Fulfill Via", "From RDC"),
    ("Vendor INCO Term", "N/A - From RDC"),
    ("Shipment Mode", "Air"),
    ("PQ First Sent to Client Date", "Pre-PQ Process"),
    ("PO Sent to Vendor Date", "N/A - From RDC"),
    ("Scheduled Delivery Date", "1-Jun-14"),
    ("Delivered to Client Date", "2-Jun-14"),
    ("Delivery Recorded Date", "3-Jun-14"),
    ("Product Group", "ARV"),
    ("Sub Classification", "Adult"),
    ("Vendor", "SCMS from RDC"),
    ("Item Description", "Tablets, 30"),
    ("Molecule/Test Type", "Name"),
    ("Brand", "Generic"),
    ("Dosage", "1mg"),
    ("Dosage Form", "Tablet"),
    ("Unit of Measure (Per Pack)", "30"),
    ("Line Item Quantity", "10"),
    ("Line Item Value", "100"),
    ("Pack Price", "10"),
    ("Unit Price", "0.33"),
    ("Manufacturing Site", "Site"),
    ("First Line Designation", "Yes"),
    ("Weight (Kilograms)", "5"),
    ("Freight Cost (USD)", "7.50"),
    ("Line Item Insurance (USD)", "0.2"),
];

/// The header of the delivery history.
pub fn header() -> String {
    COLUMNS.map(|(column, _)| column).join(",")
}

/// A good row, but for the columns that are named.
pub fn row(id: u32, changes: &[(&str, &str)]) -> String {
    let id = id.to_string();
    let mut fields = Vec::new();
    for (column, usual) in COLUMNS {
        let usual = if column == "ID" { &id } else { usual };
        let value = changes.iter().find(|(changed, _)| *changed == column).map_or(usual, |(_, value)| value);
        fields.push(field(value));
    }
    for (column, _) in changes {
        assert!(COLUMNS.iter().any(|(known, _)| known == column), "no column {column}");
    }
    fields.join(",")
}

/// A value as it stands in a file.
pub fn field(value: &str) -> String {
    if value.contains(['"', ',', '\n', '\r']) {
        return format!("\"{}\"", value.replace('"', "\"\""));
    }
    value.to_owned()
}

/// A file with the usual header.
pub fn file(rows: &[String]) -> String {
    format!("{}\n{}\n", header(), rows.join("\n"))
}
