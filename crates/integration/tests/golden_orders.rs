//! Some real orders as commands, whole, against files that a reader can judge. `IMSOP_UPDATE=1`
//! writes them anew.
#![allow(clippy::expect_used, reason = "a test that cannot read the repository has failed")]

mod support;

use std::path::Path;

use support::{orders, read};

/// What each order is there for.
const ORDERS: [(&str, &str); 9] = [
    ("DSCM-10090", "no date of the order was captured"),
    ("SCMS-1", "no insurance; accented letters that are right as they are"),
    ("SCMS-10360", "freight that was invoiced separately"),
    ("SCMS-12240", "no mode"),
    ("SCMS-24890", "letters that were encoded twice"),
    ("SCMS-49631", "a shipment whose lines were scheduled for several days"),
    ("SO-11430", "a weight that was captured separately, and a reference to it"),
    ("SO-1430", "several shipments, and references within them"),
    ("SO-2524", "a shipment of which one row has the weight and another a word"),
];

#[test]
fn orders_of_every_kind_become_the_commands_that_were_read_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let file = std::fs::read(folder.join("deliveries.csv")).expect("the rows are kept with the test");
    let orders = orders(&read(&file, 1_000).expect("the rows can be read"));
    assert_eq!(
        orders.keys().collect::<Vec<_>>(),
        ORDERS.map(|(number, _)| number).iter().collect::<Vec<_>>()
    );
    for (number, what_for) in ORDERS {
        let golden = folder.join(format!("{number}.json"));
        let mut now = serde_json::to_string_pretty(&orders[number]).expect("a value can be written");
        now.push('\n');
        if std::env::var_os("IMSOP_UPDATE").is_some_and(|value| value == "1") {
            std::fs::write(&golden, &now).expect("the golden file can be written");
        }
        let kept = std::fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(now, kept, "{number} ({what_for}): IMSOP_UPDATE=1 writes it anew");
    }
}
