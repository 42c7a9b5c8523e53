//! A mapping made ready: reads the rows of one file after another.

use std::sync::Arc;

use imsop_kernel::problem::Fault;
use imsop_kernel::{Captured, Money, Quantity};

use crate::canonical::{LinePart, OrderPart, RowRecord, ShipmentPart};
use crate::cells::Cell;
use crate::header::Columns;
use crate::limits::FAULTS_PER_ROW;
use crate::mapping::{Field, Mapping, UnmappedColumns};
use crate::rows::Fields;
use crate::text::repair_double_encoding;

/// A mapping made ready to read rows with.
#[derive(Debug, Clone)]
pub struct Plan {
    columns: Vec<String>,
    row_identity: Vec<usize>,
    repair: bool,
    unmapped: UnmappedColumns,
    order: OrderCells,
    shipment: ShipmentCells,
    line: LineCells,
}

#[derive(Debug, Clone)]
struct OrderCells {
    number: Cell,
    customer: Cell,
    order_date: Cell,
    country: Cell,
}

#[derive(Debug, Clone)]
struct ShipmentCells {
    number: Cell,
    mode: Cell,
    carrier: Option<Cell>,
    departed: Option<Cell>,
    delivered: Cell,
    delivery_recorded: Cell,
    weight: Cell,
    freight_cost: Cell,
    summary_row: Option<Cell>,
}

#[derive(Debug, Clone)]
struct LineCells {
    number: Cell,
    sku: Option<Cell>,
    description: Cell,
    quantity: Cell,
    unit_price: Option<Cell>,
    value: Cell,
    scheduled_delivery: Cell,
    attributes: Vec<(Arc<str>, Cell)>,
}

/// One row while it is read: where the columns are, and what was found wrong.
struct Reading<'a> {
    fields: &'a Fields,
    columns: &'a Columns,
    faults: Vec<Fault>,
}

impl Plan {
    /// Makes a mapping ready.
    pub fn new(mapping: &Mapping) -> Self {
        let columns: Vec<String> = mapping.columns().into_iter().map(str::to_owned).collect();
        // Every field's column is in `columns`, because that is where they come from.
        let slot = |column: &str| columns.iter().position(|known| known == column).unwrap_or_default();
        let cell = |field: &Field| Cell::new(mapping, field, slot(&field.column), false);
        let needed = |field: &Field| Cell::new(mapping, field, slot(&field.column), true);
        let optional = |field: &Option<Field>| field.as_ref().map(cell);
        let (order, shipment, line) = (&mapping.order, &mapping.shipment, &mapping.line);
        let named = |(name, field): (&String, &Field)| (Arc::from(name.as_str()), cell(field));
        Self {
            row_identity: mapping.row_identity.iter().map(|column| slot(column)).collect(),
            repair: mapping.repair_double_encoding,
            unmapped: mapping.unmapped_columns,
            order: OrderCells {
                number: needed(&order.number),
                customer: needed(&order.customer),
                order_date: cell(&order.order_date),
                country: needed(&order.country),
            },
            shipment: ShipmentCells {
                number: needed(&shipment.number),
                mode: cell(&shipment.mode),
                carrier: optional(&shipment.carrier),
                departed: optional(&shipment.departed),
                delivered: cell(&shipment.delivered),
                delivery_recorded: cell(&shipment.delivery_recorded),
                weight: cell(&shipment.weight),
                freight_cost: cell(&shipment.freight_cost),
                summary_row: optional(&shipment.summary_row),
            },
            line: LineCells {
                number: needed(&line.number),
                sku: optional(&line.sku),
                description: needed(&line.description),
                quantity: needed(&line.quantity),
                unit_price: optional(&line.unit_price),
                value: needed(&line.value),
                scheduled_delivery: cell(&line.scheduled_delivery),
                attributes: line.attributes.iter().map(named).collect(),
            },
            columns,
        }
    }

    /// The columns that a file must have.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Reads a row. All that is wrong with it is told at once.
    pub fn read(&self, fields: &Fields, columns: &Columns) -> Result<RowRecord, Vec<Fault>> {
        let mut reading = Reading { fields, columns, faults: Vec::new() };
        let record = RowRecord {
            row_id: self.row_id(&mut reading),
            order_number: reading.number(&self.order.number),
            shipment_number: reading.number(&self.shipment.number),
            order: self.order.read(&mut reading),
            shipment: self.shipment.read(&mut reading),
            line: self.line.read(&mut reading),
        };
        if reading.faults.is_empty() {
            return Ok(self.with_unmapped(record, fields, columns));
        }
        // A column may be read for two purposes; its fault is told once.
        let mut faults: Vec<Fault> = Vec::new();
        for fault in reading.faults {
            if faults.len() < FAULTS_PER_ROW && !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        Err(faults)
    }

    fn row_id(&self, reading: &mut Reading<'_>) -> String {
        let mut row_id = String::new();
        for slot in &self.row_identity {
            let part = reading.raw(*slot).trim();
            if part.is_empty() {
                let column = self.columns.get(*slot).map(String::as_str).unwrap_or_default();
                reading.faults.push(Fault::at(column, "missing-value", "a row needs a name of its own"));
            }
            if !row_id.is_empty() {
                row_id.push('/');
            }
            row_id.push_str(part);
        }
        row_id
    }

    fn with_unmapped(&self, mut record: RowRecord, fields: &Fields, columns: &Columns) -> RowRecord {
        if self.unmapped == UnmappedColumns::Leave {
            return record;
        }
        for (place, name) in &columns.unmapped {
            let raw = fields.get(*place).unwrap_or_default().trim();
            let text = if self.repair { repair_double_encoding(raw) } else { raw.into() };
            let value =
                if text.is_empty() { Captured::NOT_CAPTURED } else { Captured::Known(text.into_owned()) };
            record.line.attributes.insert(Arc::from(name.as_str()), value);
        }
        record
    }
}

impl OrderCells {
    fn read(&self, reading: &mut Reading<'_>) -> OrderPart {
        OrderPart {
            customer: reading.number(&self.customer),
            country: reading.number(&self.country),
            order_date: reading.with(&self.order_date, Cell::date),
        }
    }
}

impl ShipmentCells {
    fn read(&self, reading: &mut Reading<'_>) -> ShipmentPart {
        let summary = self.summary_row.as_ref().map(|cell| reading.with(cell, Cell::text));
        ShipmentPart {
            mode: reading.with(&self.mode, Cell::text),
            carrier: reading.optional(self.carrier.as_ref(), Cell::text),
            departed: reading.optional(self.departed.as_ref(), Cell::date),
            delivered: reading.with(&self.delivered, Cell::date),
            delivery_recorded: reading.with(&self.delivery_recorded, Cell::date),
            weight: reading.with(&self.weight, Cell::quantity),
            freight_cost: reading.with(&self.freight_cost, Cell::money),
            is_summary_row: summary.is_some_and(|value| value.known().is_some_and(|word| word == "true")),
        }
    }
}

impl LineCells {
    fn read(&self, reading: &mut Reading<'_>) -> LinePart {
        let mut attributes = std::collections::BTreeMap::new();
        for (name, cell) in &self.attributes {
            attributes.insert(Arc::clone(name), reading.with(cell, Cell::text));
        }
        // Where one of these has no value the row has a fault, and what stands in is never seen.
        let quantity = reading.with(&self.quantity, Cell::quantity);
        let line_value = reading.with(&self.value, Cell::money);
        LinePart {
            line_number: reading.number(&self.number),
            sku: into_known(reading.optional(self.sku.as_ref(), Cell::text)),
            description: into_known(reading.with(&self.description, Cell::text)).unwrap_or_default(),
            quantity: into_known(quantity).unwrap_or_else(|| Quantity::new(0.into(), "")),
            unit_price: into_known(reading.optional(self.unit_price.as_ref(), Cell::money)),
            line_value: into_known(line_value).unwrap_or_else(|| Money::new(0.into(), "")),
            scheduled_delivery: reading.with(&self.scheduled_delivery, Cell::date),
            attributes,
        }
    }
}

impl<'a> Reading<'a> {
    fn raw(&self, slot: usize) -> &'a str {
        let place = self.columns.positions.get(slot).copied().unwrap_or_default();
        self.fields.get(place).unwrap_or_default()
    }

    fn number(&mut self, cell: &Cell) -> String {
        cell.number_text(self.raw(cell.slot), &mut self.faults)
    }

    fn with<T>(
        &mut self,
        cell: &Cell,
        read: impl Fn(&Cell, &str, &mut Vec<Fault>) -> Captured<T>,
    ) -> Captured<T> {
        read(cell, self.raw(cell.slot), &mut self.faults)
    }

    fn optional<T>(
        &mut self,
        cell: Option<&Cell>,
        read: impl Fn(&Cell, &str, &mut Vec<Fault>) -> Captured<T>,
    ) -> Captured<T> {
        cell.map_or(Captured::NOT_CAPTURED, |cell| self.with(cell, read))
    }
}

fn into_known<T>(captured: Captured<T>) -> Option<T> {
    match captured {
        Captured::Known(value) => Some(value),
        Captured::Missing(_) => None,
    }
}
