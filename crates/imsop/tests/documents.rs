//! The checked-in documents are what the code says. `IMSOP_UPDATE=1` writes them anew.
#![allow(clippy::expect_used, reason = "a test that cannot read the repository has failed")]

use std::path::Path;

use imsop::documents::interface_documents;

#[test]
fn the_interface_documents_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (path, content) in interface_documents() {
        let file = root.join(&path);
        if std::env::var_os("IMSOP_UPDATE").is_some() {
            std::fs::write(&file, &content).expect("the document can be written");
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            kept == content,
            "{path} is not current: IMSOP_UPDATE=1 cargo test -p imsop --test documents"
        );
    }
}
