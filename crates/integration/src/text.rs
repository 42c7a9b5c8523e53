//! Text that was encoded twice: UTF-8 taken for Windows-1252 and encoded to UTF-8 again.

use std::borrow::Cow;

/// Windows-1252's characters for the bytes 0x80 to 0x9f. The five unused bytes stand for themselves.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Undoes the second encoding wherever it shows: `GrÃ¸nland` becomes `Grønland`, `Côte` stays.
/// Each run of non-ASCII characters is judged for itself, because UTF-8 never mixes the two.
pub fn repair_double_encoding(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| !character.is_ascii()) {
        let (ascii, tail) = rest.split_at(start);
        let end = tail.find(|character: char| character.is_ascii()).unwrap_or(tail.len());
        let (run, after) = tail.split_at(end);
        repaired.push_str(ascii);
        match decoded_once_more(run) {
            Some(original) => repaired.push_str(&original),
            None => repaired.push_str(run),
        }
        rest = after;
    }
    repaired.push_str(rest);
    Cow::Owned(repaired)
}

fn decoded_once_more(run: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(run.len());
    for character in run.chars() {
        bytes.push(windows_1252_byte(character)?);
    }
    String::from_utf8(bytes).ok()
}

fn windows_1252_byte(character: char) -> Option<u8> {
    if let Some(place) = C1.iter().position(|candidate| *candidate == character) {
        return u8::try_from(0x80 + place).ok();
    }
    u8::try_from(u32::from(character)).ok().filter(|byte| *byte >= 0xa0)
}

/// The beginning of a text, for messages.
pub fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubly_encoded_text_is_repaired_and_sound_text_is_left_alone() {
        for (found, meant) in [
            ("GrÃ¸nland", "Grønland"),
            ("Côte d'Ivoire", "Côte d'Ivoire"),
            ("naÃ¯ve Côte", "naïve Côte"),
            ("â€œquotedâ€\u{9d}", "“quoted”"),
            ("Ã", "Ã"),
            ("日本", "日本"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(repair_double_encoding(found), meant);
        }
    }

    #[test]
    fn a_long_text_is_shortened_between_characters() {
        assert_eq!(shortened("éééé", 2), "éé…");
        assert_eq!(shortened("éé", 2), "éé");
    }
}
