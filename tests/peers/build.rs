//! Unpacks the language model where the stage's source includes it from, as the worker's own build does.
use std::fs::{self, File};
use std::io;
use std::path::Path;

const MODEL: &str = "../../src/pipeline/language/data/model.bin.zst";

fn main() {
    println!("cargo::rerun-if-changed={MODEL}");
    let folder = Path::new(&std::env::var("OUT_DIR").unwrap()).join("language");
    fs::create_dir_all(&folder).unwrap();
    let mut packed = io::BufReader::new(File::open(MODEL).unwrap());
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(&mut packed).unwrap();
    io::copy(&mut decoder, &mut File::create(folder.join("model.bin")).unwrap()).unwrap();
}
