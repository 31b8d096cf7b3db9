//! Hands the name of the platform on to the tests, which ask cargo about it.

fn main() {
    let target = std::env::var("TARGET").expect("cargo sets it");
    println!("cargo::rustc-env=BUILT_FOR={target}");
    println!("cargo::rerun-if-changed=build.rs");
}
