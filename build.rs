//! Unpacks the models and tables in `src/pipeline/<room>/data/*.zst` to `$OUT_DIR/<room>/`, where the code beside them
//! includes them, and makes the table of characters. They are kept compressed in the repository and unpacked once, at build
//! time, so that a start costs nothing.
//! On Linux it also links the unwinder in, so that the program needs nothing but the C library from where it runs.
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter};
use std::path::Path;

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, is_nfc_quick};

/// Makes all tables. `training/entities` has its own build do the same.
pub fn main() -> Result<(), Box<dyn Error>> {
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
    fs::write(Path::new(&out).join("letters.bin"), letters()?)?;
    link_unwinder(Path::new(&out))
}

/// What each character is, for `src/pipeline/letters.rs`, which tells the form.
fn letters() -> Result<Vec<u8>, Box<dyn Error>> {
    let mut index = Vec::new();
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    for first in (0..0x11_0000_u32).step_by(128) {
        let block: Vec<u8> = (first..first + 128).map(|code| char::from_u32(code).map_or(0, letter)).collect();
        let known = blocks.iter().position(|known| *known == block).unwrap_or_else(|| {
            blocks.push(block);
            blocks.len() - 1
        });
        index.push(u8::try_from(known).map_err(|_| "more than 256 kinds of blocks: the index needs wider numbers")?);
    }
    index.extend(blocks.concat());
    Ok(index)
}

fn letter(character: char) -> u8 {
    let alone = String::from(character);
    let composed = canonical_combining_class(character) == 0 && is_nfc_quick(alone.chars()) == IsNormalized::Yes;
    [
        character.is_alphanumeric(),
        is_combining_mark(character),
        character.is_numeric(),
        character.is_uppercase(),
        character.is_lowercase(),
        !character.to_lowercase().eq([character]),
        composed,
        character.is_whitespace(),
    ]
    .into_iter()
    .enumerate()
    .fold(0, |bits, (bit, is)| bits | u8::from(is) << bit)
}

/// The standard library asks the linker for `libgcc_s`, which would be the shared one, and `-static-libgcc` does not change
/// that. A linker script of the same name, found first, names the static libraries that have the same symbols.
fn link_unwinder(out: &Path) -> Result<(), Box<dyn Error>> {
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        let folder = out.join("link");
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("libgcc_s.a"), "GROUP ( -lgcc_eh -lgcc )\n")?;
        println!("cargo::rustc-link-search=native={}", folder.display());
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
