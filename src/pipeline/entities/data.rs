//! The gazetteer's bytes, viewed in place: nothing is parsed or copied at start, so a start costs a check and no memory of its own.
//! `data/convert.py` writes the layout and describes it.

use std::fmt;
use std::io;
use std::path::Path;

use zerocopy::little_endian::{U16, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::model::{MAGIC, Model};

/// Bytes that do not have the layout this code reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataError {
    what: &'static str,
    why: &'static str,
}

impl DataError {
    /// Why the model cannot be used.
    pub(super) fn model(why: &'static str) -> Self {
        Self { what: "entity model", why }
    }

    fn gazetteer(why: &'static str) -> Self {
        Self { what: "gazetteer", why }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} cannot be used: {}", self.what, self.why)
    }
}

impl std::error::Error for DataError {}

#[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    slots: U32,
    items: U32,
    places: U32,
    reserved: U32,
}

/// One name, or the beginning of a longer one.
#[derive(FromBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(super) struct Slot {
    check: U32,
    first: U32,
    flags: U16,
    count: U16,
}

/// A place that can have a name.
#[derive(FromBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(super) struct Place {
    geonames: U32,
    wikidata: U32,
    score: U16,
    country: [u8; 2],
    region: U16,
    kind: U16,
}

/// A part of a country: what ISO 3166-2 writes after the hyphen, one to three letters of five bits each. 0 for none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Region(pub(super) u16);

impl Region {
    /// The region of a code in capitals.
    pub(super) fn of(code: &str) -> Self {
        let letter = |i: usize| code.as_bytes().get(i).map_or(0, |letter| u16::from(letter & 31));
        Self(letter(0) << 10 | letter(1) << 5 | letter(2))
    }

    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The letters.
    pub(super) fn code(self) -> String {
        let letters = [self.0 >> 10, self.0 >> 5, self.0].map(|letter| (letter & 31) as u8);
        letters.iter().filter(|letter| **letter > 0).map(|letter| char::from(b'@' + letter)).collect()
    }
}

/// A country, or a part of one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Area {
    /// ISO 3166-1.
    pub(super) country: [u8; 2],
    pub(super) region: Region,
}

impl Area {
    /// The other one lies in this one.
    pub(super) fn contains(self, other: Self) -> bool {
        self.country == other.country && (self.region.is_none() || self.region == other.region)
    }
}

/// What sort of place it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PlaceKind {
    Country,
    Region,
    City,
    Area,
}

impl Place {
    pub(super) fn geonames(&self) -> Option<u32> {
        Some(self.geonames.get()).filter(|id| *id > 0)
    }

    /// The number after the Q.
    pub(super) fn wikidata(&self) -> Option<u32> {
        Some(self.wikidata.get()).filter(|id| *id > 0)
    }

    /// How well known it is: log10 of a city's inhabitants (a capital gets 0.7 more), 9 for a country, 6.5 for a region.
    pub(super) fn score(&self) -> f32 {
        f32::from(self.score.get()) / 1000.0
    }

    /// The country it lies in; none for a sea or a continent.
    pub(super) fn country(&self) -> Option<&str> {
        std::str::from_utf8(&self.country).ok().filter(|code| *code != "\0\0")
    }

    /// Where it lies; none for a sea or a continent.
    pub(super) fn area(&self) -> Option<Area> {
        let region = Region(self.region.get());
        (self.country != [0; 2]).then_some(Area { country: self.country, region })
    }

    pub(super) fn kind(&self) -> PlaceKind {
        match self.kind.get() {
            1 => PlaceKind::Country,
            2 => PlaceKind::Region,
            3 => PlaceKind::City,
            _ => PlaceKind::Area,
        }
    }
}

/// A place under one of its names.
#[derive(FromBytes, Immutable, KnownLayout, Unaligned, Clone, Copy)]
#[repr(C)]
pub(super) struct Item(U32);

impl Item {
    pub(super) fn place(self) -> u32 {
        self.0.get() & 0x7fff_ffff
    }

    /// Not the name that the source gives first.
    pub(super) fn is_alternate(self) -> bool {
        self.0.get() >> 31 == 1
    }
}

/// The tables. Everything in them was checked once, when they were opened.
#[derive(Clone, Copy)]
pub(super) struct Tables<'a> {
    slots: &'a [Slot],
    items: &'a [Item],
    places: &'a [Place],
}

impl<'a> Tables<'a> {
    /// Views `bytes` as tables.
    pub(super) fn view(bytes: &'a [u8]) -> Result<Self, DataError> {
        let (header, rest) = Header::ref_from_prefix(bytes).map_err(|_| DataError::gazetteer("it is too short"))?;
        if header.magic != *b"CDGAZ002" {
            return Err(DataError::gazetteer("it does not begin with CDGAZ002"));
        }
        let [slots, items, places] = [header.slots, header.items, header.places].map(|n| n.get() as usize);
        if !slots.is_power_of_two() {
            return Err(DataError::gazetteer("the number of slots is no power of two"));
        }
        let cut = DataError::gazetteer("it ends too early");
        let (slots, rest) = <[Slot]>::ref_from_prefix_with_elems(rest, slots).map_err(|_| cut.clone())?;
        let (items, rest) = <[Item]>::ref_from_prefix_with_elems(rest, items).map_err(|_| cut.clone())?;
        let places = <[Place]>::ref_from_bytes_with_elems(rest, places).map_err(|_| cut)?;
        if slots.iter().any(|slot| slot.first.get() as usize + slot.count.get() as usize > items.len()) {
            return Err(DataError::gazetteer("a name points past the list of places"));
        }
        if items.iter().any(|item| item.place() as usize >= places.len()) {
            return Err(DataError::gazetteer("a list points past the places"));
        }
        if slots.iter().all(|slot| slot.flags.get() != 0) {
            return Err(DataError::gazetteer("it has no empty slot, so a look-up would not end"));
        }
        Ok(Self { slots, items, places })
    }

    /// The flags of the name with this key and the places it can mean; zero and nothing for an unknown one.
    pub(super) fn get(&self, key: u64) -> (u16, &'a [Item]) {
        #[cfg(test)]
        super::tests::step();
        let hash = mix(key);
        let mask = self.slots.len() - 1;
        let check = (hash >> 32) as u32;
        // The low half of the hash is the place to begin: at most 2^31 slots.
        let mut at = hash as u32 as usize & mask;
        while let Some(slot) = self.slots.get(at) {
            let flags = slot.flags.get();
            if flags == 0 {
                break;
            }
            if slot.check.get() == check {
                let first = slot.first.get() as usize;
                return (flags, self.items.get(first..first + slot.count.get() as usize).unwrap_or_default());
            }
            at = (at + 1) & mask;
        }
        (0, &[])
    }

    pub(super) fn place(&self, index: u32) -> Option<&'a Place> {
        self.places.get(index as usize)
    }
}

/// Spreads a key over all bits (xor-shift, multiply, xor-shift), the same as in the script that writes the table.
fn mix(key: u64) -> u64 {
    let hash = (key ^ (key >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

/// Bytes of a cache line.
const LINE: usize = 64;

#[derive(Clone, Copy, IntoBytes, Immutable)]
#[repr(C, align(64))]
struct Line([u8; LINE]);

/// At the beginning of a cache line.
#[repr(C, align(64))]
struct Aligned<B: ?Sized>(B);

static GAZETTEER: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/entities/gazetteer.bin")));

/// The tables that come with the program.
pub(super) fn builtin() -> Result<Tables<'static>, DataError> {
    Tables::view(&GAZETTEER.0)
}

#[cfg(feature = "builtin-model")]
static MODEL: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/entities/model.bin")));

/// The model that comes with the program.
#[cfg(feature = "builtin-model")]
pub(super) fn model() -> Result<Model<'static>, DataError> {
    Model::view(&MODEL.0)
}

/// The model that comes with the program.
#[cfg(not(feature = "builtin-model"))]
pub(super) fn model() -> Result<Model<'static>, DataError> {
    Err(DataError::model("this build has none: name a file in entities.model"))
}

/// The model of a file, and a name for it: the first letters of the hash that it has of itself. A process reads one and keeps it to
/// its end, so its bytes are never given back.
pub(super) fn read_model(path: &Path) -> io::Result<(Model<'static>, String)> {
    let read = std::fs::read(path)?;
    let mut lines = vec![Line([0; LINE]); read.len().div_ceil(LINE)];
    for (line, bytes) in lines.iter_mut().zip(read.chunks(LINE)) {
        line.0.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    }
    let lines: &'static [Line] = Box::leak(lines.into_boxed_slice());
    let bytes = lines.as_bytes().get(..read.len()).unwrap_or_default();
    let model = Model::view(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let hash = bytes.get(MAGIC.len()..MAGIC.len() + 6).unwrap_or_default();
    Ok((model, hash.iter().fold(String::from("crf-"), |name, byte| format!("{name}{byte:02x}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_tables_are_refused() {
        let whole = &GAZETTEER.0;
        assert!(Tables::view(whole).is_ok());
        assert!(Tables::view(&[]).is_err());
        assert!(Tables::view(&whole[..whole.len() - 1]).is_err());
        let mut magic = whole.to_vec();
        magic[0] ^= 1;
        assert!(Tables::view(&magic).is_err());
        let mut offset = whole.to_vec();
        offset[24 + 4..24 + 8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Tables::view(&offset).err(), Some(DataError::gazetteer("a name points past the list of places")));
    }

    #[test]
    fn a_region_is_its_letters() {
        for code in ["A", "GA", "ENG"] {
            assert_eq!(Region::of(code).code(), code);
        }
        let area = |region| Area { country: *b"GB", region: Region::of(region) };
        assert!(area("").contains(area("ENG")) && area("ENG").contains(area("ENG")));
        assert!(!area("ENG").contains(area("SCT")) && !area("ENG").contains(area("")));
    }

    #[test]
    fn a_model_may_come_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bin");
        std::fs::write(&path, &MODEL.0).unwrap();
        let (_, name) = read_model(&path).unwrap();
        assert!(name.len() == 16 && name.starts_with("crf-"), "{name}");
        std::fs::write(&path, &MODEL.0[..1000]).unwrap();
        let error = read_model(&path).err().unwrap().to_string();
        assert!(error.contains("the entity model cannot be used: "), "{error}");
    }

    #[test]
    fn opening_is_quick() {
        let start = std::time::Instant::now();
        assert!(builtin().is_ok());
        assert!(start.elapsed().as_millis() < 500);
    }
}
