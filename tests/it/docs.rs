//! Documents name tests and files: each must be there.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages that people read.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("ARCHITECTURE.md"), root().join("deploy/README.md")];
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    pages
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_guarantees_name_exists() {
    let mut tests = String::new();
    sources(&root().join("tests"), &mut tests);
    let page = fs::read_to_string(root().join("docs/guarantees.md")).unwrap();
    let quoted = page.split('`').skip(1).step_by(2);
    let named: Vec<&str> = quoted.filter_map(|word| word.split_once("::")).map(|(_, test)| test).collect();
    assert!(named.len() > 10, "the page names its tests as `module::test`: {named:?}");
    for test in named {
        assert!(tests.contains(&format!("fn {test}()")), "there is no test {test}");
    }
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            assert!(page.parent().unwrap().join(file).exists(), "{} links to {target}", page.display());
        }
    }
}

/// To accept a change: `COPYDESK_ACCEPT=1 cargo test --test it docs`.
#[test]
fn the_reference_of_codes_is_the_codes() {
    let path = root().join("docs/errors.md");
    let page = copydesk::article::code_reference();
    if std::env::var_os("COPYDESK_ACCEPT").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let told = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(told, page, "docs/errors.md is out of date: run the tests with COPYDESK_ACCEPT=1");
}
