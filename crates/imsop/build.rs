//! Builds again when the user interface has been built again: its files are a part of the binary.

fn main() {
    println!("cargo:rerun-if-changed=../../ui/dist");
}
