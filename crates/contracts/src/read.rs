//! From a contract's file to the contract.

use imsop_kernel::Classification;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::{Custom, Document, Options, Property};
use crate::error::Finding;
use crate::limits::FIELD_DEPTH;
use crate::model::{Contract, Field, Range, Shape, Text};

/// The version of the Open Data Contract Standard that contracts are written in.
const API_VERSION: &str = "v3.1.0";
/// What a contract's custom properties are called.
const CONTRACT_PROPERTIES: [&str; 7] =
    ["topic", "partitionKey", "stream", "classification", "residency", "examples", "signals"];
/// What a field's custom properties are called.
const FIELD_PROPERTIES: [&str; 4] = ["captured", "enum", "mapOf", "unit"];

/// Reads one contract. `file` is its path from the folder of the contracts.
pub(crate) fn contract(file: &str, text: &str) -> Result<Contract, Finding> {
    let document: Document =
        serde_yaml_ng::from_str(text).map_err(|error| Finding::whole(file, error.to_string()))?;
    let contract = Reader { file }.contract(document)?;
    if contract.file() != file {
        let message = format!("the owner, name and version in it belong into the file {}", contract.file());
        return Err(Finding::whole(file, message));
    }
    Ok(contract)
}

struct Reader<'a> {
    file: &'a str,
}

impl Reader<'_> {
    fn contract(&self, document: Document) -> Result<Contract, Finding> {
        let version = self.head(&document)?;
        let customs = &document.custom_properties;
        self.only_known(customs, &CONTRACT_PROPERTIES, "")?;
        let floor: Classification = self.demanded(customs, "classification")?;
        let [object] = document.schema.as_slice() else {
            return Err(self.whole("the schema must be exactly one object, the payload"));
        };
        if object.name != document.name || object.logical_type != "object" {
            return Err(self.whole("the schema's object must bear the event's name and be an object"));
        }
        let fields = self.fields(&object.properties, "", floor, 0)?;
        let classification = most_careful(floor, &fields);
        let contract = Contract {
            version,
            topic: self.demanded(customs, "topic")?,
            partition_key: self.demanded(customs, "partitionKey")?,
            stream: self.demanded(customs, "stream")?,
            residency: self.demanded(customs, "residency")?,
            examples: self.demanded(customs, "examples")?,
            signals: self.custom(customs, "signals", "")?.unwrap_or_default(),
            freshness_seconds: self.freshness(&document)?,
            description: object.description.clone(),
            name: document.name,
            status: document.status,
            owner: document.team.name,
            purpose: document.description.purpose,
            usage: document.description.usage,
            limitations: document.description.limitations,
            classification,
            fields,
        };
        self.partition_key_is_there(&contract)?;
        Ok(contract)
    }

    fn head(&self, document: &Document) -> Result<u32, Finding> {
        if document.api_version != API_VERSION || document.kind != "DataContract" {
            return Err(self.whole(format!("must be a DataContract of apiVersion {API_VERSION}")));
        }
        let version: u32 = match document.version.parse() {
            Ok(version) if version > 0 => version,
            _ => return Err(self.whole("the version must be a whole number from 1, in quotes")),
        };
        if document.domain != document.team.name {
            return Err(self.whole("the domain and the team must be the same context"));
        }
        let id = format!("imsop.{}.{}.{version}", document.domain, document.name);
        if document.id != id {
            return Err(self.whole(format!("the id must be {id}")));
        }
        Ok(version)
    }

    fn freshness(&self, document: &Document) -> Result<f64, Finding> {
        let stated = document.sla_properties.iter().find(|sla| sla.property == "freshness");
        match stated {
            Some(sla) if sla.unit == "s" && sla.value > 0.0 => Ok(sla.value),
            _ => Err(self.whole("slaProperties must state the freshness in seconds (unit s)")),
        }
    }

    fn partition_key_is_there(&self, contract: &Contract) -> Result<(), Finding> {
        let key = contract.partition_key.as_str();
        let is_field = |field: &Field| field.name == key && field.required && !field.captured;
        if key == "subject" || contract.fields.iter().any(is_field) {
            return Ok(());
        }
        Err(self.whole(format!("the partitionKey {key} is neither `subject` nor a required field")))
    }

    fn fields(
        &self,
        properties: &[Property],
        path: &str,
        inherited: Classification,
        depth: usize,
    ) -> Result<Vec<Field>, Finding> {
        let mut fields: Vec<Field> = Vec::with_capacity(properties.len());
        for property in properties {
            let Some(name) = &property.name else {
                return Err(self.at(path, "has a field without a name"));
            };
            let field_path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            if fields.iter().any(|other| other.name == *name) {
                return Err(self.at(&field_path, "is there twice"));
            }
            if property.description.as_deref().is_none_or(str::is_empty) {
                return Err(self.at(&field_path, "has no description"));
            }
            fields.push(self.field(property, &field_path, inherited, depth)?);
        }
        Ok(fields)
    }

    fn field(
        &self,
        property: &Property,
        path: &str,
        inherited: Classification,
        depth: usize,
    ) -> Result<Field, Finding> {
        if depth >= FIELD_DEPTH {
            return Err(self.at(path, format!("is nested deeper than {FIELD_DEPTH} levels")));
        }
        let customs = &property.custom_properties;
        self.only_known(customs, &FIELD_PROPERTIES, path)?;
        let classification = match &property.classification {
            None => inherited,
            Some(word) => Classification::parse(word)
                .ok_or_else(|| self.at(path, format!("`{word}` is not a classification")))?,
        };
        Ok(Field {
            name: property.name.clone().unwrap_or_default(),
            description: property.description.clone().unwrap_or_default(),
            required: property.required,
            captured: self.custom(customs, "captured", path)?.unwrap_or(false),
            classification,
            unit: self.custom(customs, "unit", path)?,
            shape: self.shape(property, path, classification, depth)?,
        })
    }

    fn shape(
        &self,
        property: &Property,
        path: &str,
        class: Classification,
        depth: usize,
    ) -> Result<Shape, Finding> {
        let options = &property.logical_type_options;
        let customs = &property.custom_properties;
        let range = Range { minimum: options.minimum, maximum: options.maximum };
        self.options_fit(property, path)?;
        match property.logical_type.as_str() {
            "string" => Ok(Shape::String(Text {
                min_length: options.min_length,
                max_length: options.max_length,
                pattern: options.pattern.clone(),
                format: options.format.clone(),
                allowed: self.custom(customs, "enum", path)?,
            })),
            "timestamp" => Ok(Shape::Timestamp),
            "number" => Ok(Shape::Number(range)),
            "integer" => Ok(Shape::Integer(range)),
            "boolean" => Ok(Shape::Boolean),
            "object" => {
                let map: Option<Property> = self.custom(customs, "mapOf", path)?;
                match (map, &property.properties) {
                    (Some(values), None) => {
                        let values = Box::new(self.field(&values, &format!("{path}.*"), class, depth + 1)?);
                        Ok(Shape::Map { values, max_properties: options.max_properties })
                    }
                    (None, Some(properties)) => {
                        Ok(Shape::Object(self.fields(properties, path, class, depth + 1)?))
                    }
                    _ => Err(self.at(path, "must have either properties or mapOf")),
                }
            }
            "array" => {
                let Some(items) = &property.items else {
                    return Err(self.at(path, "must say what its items are"));
                };
                let items = Box::new(self.field(items, &format!("{path}[]"), class, depth + 1)?);
                Ok(Shape::Array { items, min_items: options.min_items, max_items: options.max_items })
            }
            other => Err(self.at(path, format!("the logicalType {other} is not in use here"))),
        }
    }

    /// Refuses what the field's type has no use for, because it would go unchecked.
    fn options_fit(&self, property: &Property, path: &str) -> Result<(), Finding> {
        let Options {
            min_length,
            max_length,
            pattern,
            format,
            minimum,
            maximum,
            min_items,
            max_items,
            max_properties,
            timezone,
            default_timezone,
        } = &property.logical_type_options;
        let of_text = min_length.is_some() || max_length.is_some() || pattern.is_some() || format.is_some();
        let of_number = minimum.is_some() || maximum.is_some();
        let of_array = min_items.is_some() || max_items.is_some() || property.items.is_some();
        let of_object = max_properties.is_some() || property.properties.is_some();
        let of_time = timezone.is_some() || default_timezone.is_some();
        let kind = property.logical_type.as_str();
        let numeric = matches!(kind, "number" | "integer");
        let misplaced = (of_text && kind != "string")
            || (of_number && !numeric)
            || (of_array && kind != "array")
            || (of_object && kind != "object")
            || (of_time && kind != "timestamp");
        if misplaced {
            return Err(self.at(path, format!("has options that do not belong to the type {kind}")));
        }
        let utc = default_timezone.as_deref().is_none_or(|zone| zone == "Etc/UTC");
        if !utc || *timezone == Some(false) {
            return Err(self.at(path, "times bear their zone, and it is UTC"));
        }
        Ok(())
    }

    fn only_known(&self, customs: &[Custom], known: &[&str], path: &str) -> Result<(), Finding> {
        for (index, custom) in customs.iter().enumerate() {
            if !known.contains(&custom.property.as_str()) {
                return Err(self.at(path, format!("the custom property {} is not known", custom.property)));
            }
            if customs[..index].iter().any(|other| other.property == custom.property) {
                return Err(self.at(path, format!("the custom property {} is there twice", custom.property)));
            }
        }
        Ok(())
    }

    fn demanded<T: DeserializeOwned>(&self, customs: &[Custom], name: &str) -> Result<T, Finding> {
        self.custom(customs, name, "")?
            .ok_or_else(|| self.whole(format!("the custom property {name} is missing")))
    }

    fn custom<T: DeserializeOwned>(
        &self,
        customs: &[Custom],
        name: &str,
        path: &str,
    ) -> Result<Option<T>, Finding> {
        let Some(custom) = customs.iter().find(|custom| custom.property == name) else {
            return Ok(None);
        };
        let value: Value = custom.value.clone();
        match serde_json::from_value(value) {
            Ok(parsed) => Ok(Some(parsed)),
            Err(error) => Err(self.at(path, format!("the custom property {name}: {error}"))),
        }
    }

    fn whole(&self, message: impl Into<String>) -> Finding {
        Finding::whole(self.file, message)
    }

    fn at(&self, path: &str, message: impl Into<String>) -> Finding {
        if path.is_empty() { self.whole(message) } else { Finding::at(self.file, path, message) }
    }
}

fn most_careful(floor: Classification, fields: &[Field]) -> Classification {
    let mut class = floor;
    for field in fields {
        class = class.max(field.classification);
        class = match &field.shape {
            Shape::Object(nested) => most_careful(class, nested),
            Shape::Array { items: inner, .. } | Shape::Map { values: inner, .. } => {
                most_careful(class, std::slice::from_ref(inner))
            }
            _ => class,
        };
    }
    class
}
