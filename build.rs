//! Unpacks the models and tables in `src/pipeline/<room>/data/*.zst` to `$OUT_DIR/<room>/`, where the code beside them
//! includes them. They are kept compressed in the repository and unpacked once, at build time, so that a start costs nothing.
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter};
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let out = std::env::var("OUT_DIR")?;
    println!("cargo::rerun-if-changed=build.rs");
    for room in ["language", "entities"] {
        let folder = Path::new("src/pipeline").join(room).join("data");
        println!("cargo::rerun-if-changed={}", folder.display());
        fs::create_dir_all(Path::new(&out).join(room))?;
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "zst") {
                let name = path.file_stem().ok_or("a data file without a name")?;
                unpack(&path, &Path::new(&out).join(room).join(name))?;
            }
        }
    }
    Ok(())
}

fn unpack(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", from.display());
    let mut packed = BufReader::new(File::open(from)?);
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(&mut packed)?;
    io::copy(&mut decoder, &mut BufWriter::new(File::create(to)?))?;
    Ok(())
}
