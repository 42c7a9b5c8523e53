//! How deep brackets are nested in a document that nobody has parsed yet.

/// The deepest nesting of `{`, `[` and `(`. Brackets in strings and comments do not count; where a string
/// does not end, all that follows counts, because the parser may read it otherwise.
pub(super) fn deepest(document: &str) -> usize {
    let mut rest = document.as_bytes();
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut skips_strings = true;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match first {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'#' if skips_strings => rest = behind_comment(behind),
            b'"' if skips_strings => match behind_string(behind) {
                Some(end) => rest = end,
                None => skips_strings = false,
            },
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

fn behind_comment(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| is_line_end(*byte)).unwrap_or(text.len());
    &text[end..]
}

/// What follows a string, from behind its first quotation mark; nothing if it does not end.
fn behind_string(text: &[u8]) -> Option<&[u8]> {
    if let Some(block) = text.strip_prefix(b"\"\"") {
        return behind_block_string(block);
    }
    let mut place = 0;
    loop {
        match text.get(place)? {
            b'"' => return Some(&text[place + 1..]),
            b'\\' => place += 2,
            byte if is_line_end(*byte) => return None,
            _ => place += 1,
        }
    }
}

fn behind_block_string(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(b"\"\"\"") {
            return Some(behind);
        }
        rest = rest.strip_prefix(b"\\\"\"\"").unwrap_or(&rest[1..]);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::deepest;

    #[test]
    fn brackets_count_by_how_deep_they_are_nested() {
        assert_eq!(deepest(""), 0);
        assert_eq!(deepest("{ a(x: [1, 2]) b(y: {z: [[3]]}) }"), 5);
        assert_eq!(deepest("}}}{"), 1);
        assert_eq!(deepest(&"[".repeat(30_000)), 30_000);
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        assert_eq!(deepest(r#"{ a(x: "[[[ \" [[[", y: "") }"#), 2);
        assert_eq!(deepest(r#"{ a(x: """[[[ "[[ \""" [[[""") }"#), 2);
        assert_eq!(deepest("{ # [[[ \" \n a }"), 1);
        assert_eq!(deepest("{ # [[[ \r a(x: [1]) }"), 3);
    }

    #[test]
    fn brackets_behind_a_string_that_does_not_end_count() {
        assert_eq!(deepest("\"abc [[["), 3);
        assert_eq!(deepest("\"abc \n [[["), 3);
        assert_eq!(deepest("\"abc \\"), 0);
        assert_eq!(deepest("\"\"\"abc\", [[["), 3);
    }
}
