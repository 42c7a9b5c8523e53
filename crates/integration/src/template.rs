//! References between rows: `See {shipmentNumber} (ID#:{line})`.

use imsop_kernel::captured::Missing;

const SHIPMENT: &str = "{shipmentNumber}";
const LINE: &str = "{line}";

/// A text with two holes: the shipment's number and the line. What fills a hole has no white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    before: String,
    between: String,
    after: String,
    line_comes_first: bool,
}

/// The text is not a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` must hold {SHIPMENT} and {LINE} once each, with text between them")]
pub struct NotATemplate(String);

impl Template {
    /// Reads a template.
    pub fn new(text: &str) -> Result<Self, NotATemplate> {
        let wrong = || NotATemplate(text.to_owned());
        let shipment = text.find(SHIPMENT).ok_or_else(wrong)?;
        let line = text.find(LINE).ok_or_else(wrong)?;
        let line_comes_first = line < shipment;
        let (first, second) = if line_comes_first { (LINE, SHIPMENT) } else { (SHIPMENT, LINE) };
        let (before, rest) = text.split_once(first).ok_or_else(wrong)?;
        let (between, after) = rest.split_once(second).ok_or_else(wrong)?;
        if between.is_empty() || after.contains(first) || after.contains(second) {
            return Err(wrong());
        }
        Ok(Self {
            before: before.to_owned(),
            between: between.to_owned(),
            after: after.to_owned(),
            line_comes_first,
        })
    }

    /// The row that this text refers to, if it is a reference.
    pub fn read(&self, text: &str) -> Option<Missing> {
        let inner = text.strip_prefix(&self.before)?.strip_suffix(&self.after)?;
        let (first, second) = inner.split_once(&self.between)?;
        let (first, second) = (first.trim(), second.trim());
        let is_whole = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
        if !is_whole(first) || !is_whole(second) {
            return None;
        }
        let (shipment_number, line) = if self.line_comes_first { (second, first) } else { (first, second) };
        Some(Missing::RecordedOnLine { line: line.to_owned(), shipment_number: shipment_number.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_the_shipment_and_the_line() {
        let template = Template::new("See {shipmentNumber} (ID#:{line})").unwrap();
        let expected = Missing::RecordedOnLine { line: "77".to_owned(), shipment_number: "DN-5".to_owned() };
        assert_eq!(template.read("See DN-5 (ID#:77)"), Some(expected.clone()));
        assert_eq!(template.read("See DN-5 (ID#: 77)"), Some(expected));
    }

    #[test]
    fn what_only_resembles_a_reference_is_none() {
        let template = Template::new("See {shipmentNumber} (ID#:{line})").unwrap();
        for text in [
            "",
            "See",
            "See  (ID#:7)",
            "See DN 5 (ID#:7)",
            "See DN-5 (ID#:)",
            "see DN-5",
            "(ID#:7)",
            "See DN-5 (ID#:7) ",
        ] {
            assert_eq!(template.read(text), None, "{text}");
        }
    }

    #[test]
    fn a_template_has_each_hole_once_and_text_between_them() {
        for text in
            ["", "See {line}", "{line}{shipmentNumber}", "{line} {shipmentNumber} {line}", "{shipmentNumber}"]
        {
            assert!(Template::new(text).is_err(), "{text}");
        }
        assert!(Template::new("{line} of {shipmentNumber}").is_ok());
    }
}
