//! Files that nobody would write, in pieces that nobody would choose.

mod support;

use imsop_integration::limits::{KEPT_OF_LONG_ROW, PIECE_BYTES, ROW_BYTES};
use imsop_integration::rows::RowSplitter;
use proptest::prelude::*;

use support::{COLUMNS, codes, file, header, read, read_with, row, scms};

/// What files are made of, good and bad, so that many of the rows are nearly right.
fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let parts: Vec<Vec<u8>> = vec![
        row(1, &[]).into_bytes(),
        row(2, &[("Item Description", "two\nlines, and a \"quote\"")]).into_bytes(),
        row(3, &[("Line Item Quantity", "many")]).into_bytes(),
        row(4, &[("Vendor", "Söhne")]).into_bytes(),
        b"\n".to_vec(),
        b"\r\n".to_vec(),
        b"\r".to_vec(),
        b"\"".to_vec(),
        b"\"\"".to_vec(),
        b",".to_vec(),
        b"\0".to_vec(),
        b"\xff\xfe".to_vec(),
        "é".as_bytes().to_vec(),
        b" ".to_vec(),
        b"7".to_vec(),
        b"\xef\xbb\xbf".to_vec(),
    ];
    proptest::sample::select(parts)
}

/// A file, mostly with the right header in front.
fn any_file() -> impl Strategy<Value = Vec<u8>> {
    let beginning = prop_oneof![
        4 => Just(format!("{}\n", header()).into_bytes()),
        2 => Just(format!("\u{feff}{}\r\n", header()).into_bytes()),
        1 => Just(Vec::new()),
    ];
    let rest = proptest::collection::vec(fragment(), 0..30);
    (beginning, rest).prop_map(|(beginning, rest)| [beginning, rest.concat()].concat())
}

/// Cuts a file at these places, in any order and repeatedly: empty pieces come too.
fn cut<'a>(bytes: &'a [u8], places: &[proptest::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places.iter().map(|place| place.index(bytes.len() + 1)).collect();
    places.sort_unstable();
    places.push(bytes.len());
    let mut start = 0;
    let mut pieces = Vec::new();
    for end in places {
        pieces.push(&bytes[start..end]);
        start = end;
    }
    pieces
}

proptest! {
    #[test]
    fn it_makes_no_difference_in_which_pieces_a_file_comes(
        bytes in any_file(),
        places in proptest::collection::vec(any::<proptest::sample::Index>(), 0..12),
    ) {
        let whole = read(&bytes, bytes.len());
        let parts = read_with(scms(), cut(&bytes, &places).into_iter());
        prop_assert_eq!(format!("{whole:?}"), format!("{parts:?}"));
        let single = read(&bytes, 1);
        prop_assert_eq!(format!("{whole:?}"), format!("{single:?}"));
    }

    // `read` itself holds that what was accepted and what was put aside are what was read.
    #[test]
    fn any_bytes_behind_the_header_are_accepted_or_put_aside(
        bytes in proptest::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let file = [header().as_bytes(), b"\n", &bytes].concat();
        prop_assert!(read(&file, 100).is_ok());
    }

    #[test]
    fn any_bytes_at_all_are_read_or_refused_with_a_problem(
        bytes in proptest::collection::vec(any::<u8>(), 0..500),
    ) {
        if let Err(problem) = read(&bytes, 100) {
            prop_assert_eq!((problem.status, problem.slug()), (422, "file-not-readable"));
            prop_assert!(problem.detail.is_some() && !problem.errors.is_empty());
        }
    }

    #[test]
    fn whatever_stands_in_a_field_its_row_is_accepted_or_put_aside_with_a_reason(
        column in 0..COLUMNS.len(),
        value in "\\PC{0,40}|[0-9/.-]{0,12}|[0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{2,4}",
    ) {
        let rows = support::rows(&file(&[row(1, &[(COLUMNS[column].0, &value)])]));
        prop_assert_eq!(rows.len(), 1);
        match &rows[0].content {
            Ok(_) => {
                let assembled = support::assembled(&rows);
                // The one thing that an order cannot do without and a row can.
                let has_promise = COLUMNS[column].0 != "Scheduled Delivery Date";
                prop_assert!(assembled.is_ok() || !has_promise, "{:?}", assembled);
            }
            Err(faults) => prop_assert!(faults.iter().all(|fault| !fault.message.is_empty())),
        }
    }
}

#[test]
fn a_row_just_below_or_above_the_limit_is_the_same_in_any_pieces() {
    for length in [ROW_BYTES - 2, ROW_BYTES - 1, ROW_BYTES, ROW_BYTES + 1] {
        for line_end in ["\n", "\r\n"] {
            let long = "x".repeat(length);
            let file = format!("{}{line_end}{long}{line_end}{}{line_end}", header(), row(2, &[]));
            let whole = read(file.as_bytes(), file.len()).unwrap_or_default();
            let is_too_long = length + line_end.len() > ROW_BYTES;
            let code = if is_too_long { "row-too-long" } else { "field-count" };
            assert_eq!(codes(&whole), [code, ""], "{length} bytes and {line_end:?}");
            let kept = if is_too_long { KEPT_OF_LONG_ROW } else { length };
            assert_eq!(whole[0].original.len(), kept);
            let message = &support::faults(&whole[0])[0].message;
            assert!(!is_too_long || message.contains(&format!("{length} bytes")), "{message}");
            for piece in [4_093, PIECE_BYTES - 1, PIECE_BYTES, ROW_BYTES] {
                let parts = read(file.as_bytes(), piece).unwrap_or_default();
                assert_eq!(format!("{whole:?}"), format!("{parts:?}"), "in pieces of {piece}");
            }
        }
    }
}

#[test]
fn no_more_than_a_row_is_held_between_pieces_however_long_the_file_or_the_line() {
    let endless_line = vec![b'x'; PIECE_BYTES];
    let endless_quote = [b"\"".as_slice(), &endless_line[1..]].concat();
    let open_quotes = b"\"a\n".repeat(PIECE_BYTES / 3);
    let good_rows = format!("{}\n", row(1, &[])).repeat(200).into_bytes();
    for piece in [endless_line, endless_quote, open_quotes, good_rows] {
        let mut splitter = RowSplitter::new(b',');
        for _ in 0..100 {
            splitter.push(&piece);
            while splitter.next_row().is_some() {}
            assert!(splitter.buffered() <= ROW_BYTES, "{}", splitter.buffered());
        }
    }
}
