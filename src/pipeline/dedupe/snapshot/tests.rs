//! Load and tail are replay, bytes equal; what is damaged is refused; who cannot save keeps what was saved.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::log::{Identity, LogRecord, Names};
use super::super::sections::{Digest, Kind, Writer};
use super::super::stories::tests::{Step, contended_log, log, params, read, steps};
use super::super::stories::{Stories, StoriesError};
use super::*;

mod figures;

const TOPIC: &str = "copydesk.sketches";
const MARK: [u8; 16] = *b"a record's hash.";

/// A snapshot without a folder: its files, the head last.
pub(in super::super) fn to_files(stories: &Stories) -> Vec<Vec<u8>> {
    let begin = |slice| (slice, Writer::begin(Vec::new(), Kind::Slice).unwrap());
    let mut slices: Vec<_> = stories.slices.iter().map(begin).collect();
    slices::write(stories, &mut slices).unwrap();
    let (mut files, digests): (Vec<_>, Vec<_>) = slices.into_iter().map(|(_, out)| out.end().unwrap()).unzip();
    let mut out = Writer::begin(Vec::new(), Kind::Head).unwrap();
    head::write(stories, TOPIC, MARK, &digests, &mut out).unwrap();
    files.push(out.end().unwrap().0);
    files
}

/// The stories of such files, if there is a folder that can have them.
pub(in super::super) fn from_files(files: &[Vec<u8>]) -> Option<Stories> {
    let folder = tempfile::tempdir().unwrap();
    let (head, slices) = files.split_last()?;
    fs::write(folder.path().join("head"), head).unwrap();
    for slice in slices {
        let hash = blake3::Hash::from_bytes(*slice.last_chunk()?);
        fs::write(folder.path().join(format!("slice-{}", hash.to_hex())), slice).unwrap();
    }
    Some(load(folder.path()).ok()??.0)
}

/// A file of one section.
fn whole(kind: Kind, bytes: &[u8]) -> Vec<u8> {
    rebuilt(kind, &[bytes.to_vec()]).0
}

fn rebuilt(kind: Kind, sections: &[Vec<u8>]) -> (Vec<u8>, Digest) {
    let mut out = Writer::begin(Vec::new(), kind).unwrap();
    sections.iter().for_each(|section| out.section(section).unwrap());
    out.end().unwrap()
}

/// What the sections of a file hold.
fn sections(file: &[u8]) -> Vec<Vec<u8>> {
    let number = |at: usize| u64::from_le_bytes(file[at..at + 8].try_into().unwrap()) as usize;
    let count = number(file.len() - 40);
    let (end, mut at) = (file.len() - 40 - 40 * count, 16);
    let next = |section| {
        at += number(end + 40 * section);
        file[at - number(end + 40 * section)..at].to_vec()
    };
    (0..count).map(next).collect()
}

/// Files that are whole, with some bytes of what they hold changed: first of slices, then of the head.
fn changed(files: &[Vec<u8>], changes: &[(Index, u8, bool)]) -> Vec<Vec<u8>> {
    let (head, slices) = files.split_last().unwrap();
    let mut slices: Vec<Vec<Vec<u8>>> = slices.iter().map(|slice| sections(slice)).collect();
    let (of_head, of_slices): (Vec<_>, Vec<_>) = changes.iter().partition(|(_, _, of_head)| *of_head);
    let change = |bytes: &mut [&mut u8], changes: &[&(Index, u8, bool)]| {
        let length = bytes.len();
        let changes = changes.iter().filter(|_| length > 0);
        changes.for_each(|(at, byte, _)| *bytes[at.index(length)] = *byte);
    };
    change(&mut slices.iter_mut().flatten().flatten().collect::<Vec<_>>(), &of_slices);
    let (mut files, digests): (Vec<_>, Vec<_>) = slices.iter().map(|slice| rebuilt(Kind::Slice, slice)).unzip();
    let mut head = sections(head).remove(0);
    head.truncate(head.len() - 40 * digests.len());
    digests.iter().for_each(|digest| digest.write(&mut head));
    change(&mut head.iter_mut().collect::<Vec<_>>(), &of_head);
    files.push(whole(Kind::Head, &head));
    files
}

type Log = Vec<(i64, LogRecord)>;

/// With epochs, and answers at once or late, repeated and stale.
fn logs() -> impl Strategy<Value = Log> {
    let slice_ms = prop_oneof![Just(4_i64), Just(10), Just(25)];
    let epochs = prop::collection::vec((any::<Index>(), 1_000..9_000_u16, slice_ms), 0..4);
    (steps(), epochs, any::<bool>()).prop_map(|(mut steps, epochs, contended)| {
        for (at, near, slice_ms) in epochs {
            let at = at.index(steps.len());
            steps.insert(at, Step::State(near, slice_ms));
        }
        if contended { contended_log(&steps) } else { log(&steps) }
    })
}

fn apply(stories: &mut Stories, log: &Log, offsets: std::ops::Range<usize>) {
    for (offset, (time, record)) in log.iter().enumerate().take(offsets.end).skip(offsets.start) {
        stories.apply(offset as u64, *time, record).unwrap();
    }
}

fn load(folder: &Path) -> Result<Option<(Stories, [u8; 16])>, SnapshotError> {
    Snapshots::new(folder.to_owned()).load(TOPIC)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_loaded_and_the_rest_of_the_log_are_the_whole_log(log in logs(), cuts in prop::collection::vec(any::<Index>(), 4)) {
        let whole = read(&log, 0);
        for cut in cuts.iter().map(|cut| cut.index(log.len() + 1)) {
            let mut stories = Stories::new(params());
            apply(&mut stories, &log, 0..cut);
            let files = to_files(&stories);
            let mut loaded = from_files(&files).unwrap();
            prop_assert_eq!(loaded.dump(), stories.dump());
            prop_assert!(to_files(&loaded) == files);
            prop_assert_eq!(loaded.unsettled(0).count(), stories.unsettled(0).count());
            prop_assert_eq!(loaded.stated_ms(), stories.stated_ms());
            for (loaded, saved) in loaded.slices.iter().zip(&stories.slices) {
                prop_assert_eq!(&loaded.by_source, &saved.by_source);
            }
            apply(&mut loaded, &log, cut..log.len());
            prop_assert_eq!(loaded.dump(), whole.dump());
            prop_assert_eq!(to_files(&loaded), to_files(&whole));
            prop_assert_eq!(loaded.params(), whole.params());
        }
    }

    #[test]
    fn every_save_can_be_loaded_and_leaves_no_other_file(
        log in logs(),
        mut cuts in prop::collection::vec((any::<Index>(), any::<bool>()), 1..8),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut snapshots = Snapshots::new(folder.path().join("made/when/saved"));
        prop_assert!(snapshots.load(TOPIC).unwrap().is_none());
        let (mut stories, mut next) = (Stories::new(params()), 0);
        cuts.sort_by_key(|(cut, _)| cut.index(log.len() + 1));
        for (cut, restarts) in cuts {
            let cut = cut.index(log.len() + 1);
            apply(&mut stories, &log, next..cut);
            next = cut;
            let saved = snapshots.save(&stories, TOPIC, MARK).unwrap();
            prop_assert!((1..=stories.slices.len() + 1).contains(&saved.files));
            prop_assert_eq!(files(&folder.path().join("made/when/saved")).len(), stories.slices.len() + 1);
            let (loaded, mark) = load(&folder.path().join("made/when/saved")).unwrap().unwrap();
            prop_assert_eq!(mark, MARK);
            prop_assert_eq!(to_files(&loaded), to_files(&stories));
            if restarts {
                snapshots = Snapshots::new(folder.path().join("made/when/saved"));
                stories = snapshots.load(TOPIC).unwrap().unwrap().0;
            }
            prop_assert_eq!(snapshots.save(&stories, TOPIC, MARK).unwrap().files, 1);
        }
        apply(&mut stories, &log, next..log.len());
        prop_assert_eq!(to_files(&stories), to_files(&read(&log, 0)));
    }

    /// Bytes that are whole by their hash, and wrong all the same.
    #[test]
    fn nothing_that_is_read_makes_a_reader_panic_or_search_for_ever(
        log in logs(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>(), any::<bool>()), 1..4),
    ) {
        let (from, until) = (log.len() / 2, log.len());
        let mut stories = Stories::new(params());
        apply(&mut stories, &log, 0..from);
        let files = changed(&to_files(&stories), &changes);
        if let Some(mut loaded) = from_files(&files) {
            prop_assert_eq!(to_files(&loaded).concat().len(), files.concat().len());
            for (offset, (time, record)) in log.iter().enumerate().take(until).skip(from) {
                match loaded.apply(offset as u64, *time, record) {
                    Ok(()) | Err(StoriesError::OffsetGoesBack { .. }) => {}
                    Err(error) => prop_assert!(false, "{error}"),
                }
            }
            prop_assert_eq!(loaded.panics(), 0);
            loaded.keys_of(&Names { id: Some("id-1".into()), ..Names::default() });
            prop_assert!(loaded.unsettled(0).count() <= loaded.len());
        }
    }

    #[test]
    fn any_bytes_at_all_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(from_files(&[whole(Kind::Head, &bytes)]).is_none());
        prop_assert!(from_files(&[bytes]).is_none());
    }
}

/// Some articles over three slices, with a copy, a merge of two stories and a takedown.
fn some_log() -> Log {
    let propose = |number, family| Step::Propose(number, family, false);
    log(&[
        propose(1, 1),
        Step::State(4_000, 10),
        propose(4, 1),
        Step::Wait(11),
        Step::TakeDown(1),
        propose(2, 2),
        propose(1, 1),
        Step::Wait(11),
        propose(7, 1),
        propose(9, 3),
    ])
}

fn saved(folder: &Path) -> Stories {
    let stories = read(&some_log(), 0);
    assert_eq!(stories.slices.len(), 3);
    Snapshots::new(folder.to_owned()).save(&stories, TOPIC, MARK).unwrap();
    stories
}

/// Later: two of the slices have left.
fn later() -> Stories {
    let mut stories = read(&some_log(), 0);
    let offset = stories.next_offset();
    stories.apply(offset, 85, &LogRecord::Takedown { identity: Identity([7; 16]), key: 3 }).unwrap();
    stories
}

#[test]
fn a_byte_that_is_changed_or_lost_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    saved(folder.path());
    assert_eq!(files(folder.path()).len(), 4);
    for path in files(folder.path()) {
        let bytes = fs::read(&path).unwrap();
        for at in (0..bytes.len()).step_by(7) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            for damaged in [&flipped[..], &bytes[..at]] {
                fs::write(&path, damaged).unwrap();
                let error = load(folder.path()).unwrap_err().to_string();
                assert!(error.contains(path.to_str().unwrap()), "{error}: {at}");
            }
        }
        fs::write(&path, [&bytes[..], &[0]].concat()).unwrap();
        assert!(load(folder.path()).is_err());
        fs::write(&path, &bytes).unwrap();
        assert!(load(folder.path()).is_ok());
    }
}

#[test]
fn a_slice_in_the_place_of_another_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    saved(folder.path());
    let slices = files(folder.path()).split_off(1);
    fs::copy(&slices[1], &slices[0]).unwrap();
    assert!(matches!(load(folder.path()), Err(SnapshotError::Damaged { path }) if path == slices[0]));
}

#[test]
fn a_file_with_a_section_too_many_or_too_few_is_refused() {
    let files = to_files(&read(&some_log(), 0));
    assert!(from_files(&changed(&files, &[])).is_some());
    let (head, slices) = files.split_last().unwrap();
    let longer = [sections(head), vec![Vec::new()]].concat();
    assert!(from_files(&[slices, &[rebuilt(Kind::Head, &longer).0]].concat()).is_none());
    // A head that names the slice as it is.
    let (mut bare, named) = (sections(head).remove(0), sections(head)[0].len() - 40 * slices.len());
    bare.truncate(named - 8);
    let changes: [fn(&mut Vec<Vec<u8>>); 2] = [|all| all.push(Vec::new()), |all| drop(all.pop())];
    for change in changes {
        let mut one = sections(&slices[0]);
        change(&mut one);
        let (slice, digest) = rebuilt(Kind::Slice, &one);
        let mut told = [&bare[..], &1_u64.to_le_bytes()].concat();
        digest.write(&mut told);
        assert!(from_files(&[slice, whole(Kind::Head, &told)]).is_none());
    }
}

#[test]
fn another_format_is_refused_whatever_the_hash_says() {
    let folder = tempfile::tempdir().unwrap();
    saved(folder.path());
    for path in files(folder.path()) {
        let bytes = fs::read(&path).unwrap();
        let mut older = bytes[..bytes.len() - 32].to_vec();
        older[12..16].copy_from_slice(&0_u32.to_ne_bytes());
        let end = older.len() - 8 - 40 * sections(&bytes).len();
        let hash = blake3::hash(&[&older[..16], &older[end..]].concat());
        older.extend(hash.as_bytes());
        fs::write(&path, older).unwrap();
        let error = load(folder.path()).unwrap_err();
        assert!(matches!(&error, SnapshotError::Format { path: named, format: 0 } if *named == path), "{error}");
        assert!(error.to_string().contains(&format!("has format 0, and this version reads {FORMAT}")), "{error}");
        fs::write(&path, bytes).unwrap();
    }
}

#[test]
fn another_topic_and_a_missing_slice_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    saved(folder.path());
    let error = Snapshots::new(folder.path().to_owned()).load("other").unwrap_err();
    assert!(error.to_string().contains("is of topic \"copydesk.sketches\""), "{error}");
    let slice = files(folder.path()).pop().unwrap();
    fs::remove_file(&slice).unwrap();
    let error = load(folder.path()).unwrap_err();
    assert!(matches!(&error, SnapshotError::Unreadable { path, .. } if *path == slice), "{error}");
    assert!(error.to_string().starts_with("the dedupe log is replayed, since snapshot file "), "{error}");
}

#[test]
fn slices_that_cannot_follow_each_other_are_refused() {
    let changes: [fn(&mut Stories); 3] = [
        |stories| stories.slices.swap(0, 1),
        |stories| stories.slices[0].last_offset = stories.slices[1].last_offset,
        |stories| stories.slices[2].last_offset = stories.next_offset(),
    ];
    for change in changes {
        let mut stories = read(&some_log(), 0);
        assert!(from_files(&to_files(&stories)).is_some());
        change(&mut stories);
        assert!(from_files(&to_files(&stories)).is_none());
    }
}

#[test]
fn rules_of_a_later_version_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut stories = saved(folder.path());
    stories.params.rules = RULES + 1;
    Snapshots::new(folder.path().to_owned()).save(&stories, TOPIC, MARK).unwrap();
    assert!(matches!(load(folder.path()), Err(SnapshotError::Rules { rules, .. }) if rules == RULES + 1));
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_of_save_and_of_load() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let mut snapshots = Snapshots::new(folder.path().join("file/snapshot"));
    let error = snapshots.save(&read(&some_log(), 0), TOPIC, MARK).unwrap_err();
    assert!(matches!(error, SnapshotError::Unwritten { .. }), "{error}");
    assert!(matches!(snapshots.load(TOPIC), Err(SnapshotError::Unreadable { .. })));
}

#[test]
fn a_save_that_fails_leaves_what_was_saved_before() {
    for obstacle in ["head-new", "slice-new0", "slice-new1"] {
        let folder = tempfile::tempdir().unwrap();
        let before = saved(folder.path());
        fs::create_dir(folder.path().join(obstacle)).unwrap();
        let (mut snapshots, later) = (Snapshots::new(folder.path().to_owned()), later());
        let there = files(folder.path());
        assert_eq!((before.slices.len(), later.slices.len()), (3, 2));
        let error = snapshots.save(&later, TOPIC, [1; 16]).unwrap_err();
        assert!(error.to_string().contains(obstacle), "{error}");
        // The disk has no more files than before.
        assert_eq!(files(folder.path()), there);
        let (loaded, mark) = load(folder.path()).unwrap().unwrap();
        assert_eq!((to_files(&loaded), mark), (to_files(&before), MARK), "{obstacle}");
        fs::remove_dir(folder.path().join(obstacle)).unwrap();
        snapshots.save(&later, TOPIC, [1; 16]).unwrap();
        let (loaded, mark) = load(folder.path()).unwrap().unwrap();
        assert_eq!((to_files(&loaded), mark), (to_files(&later), [1; 16]));
    }
}

/// Slices have their names by then.
#[test]
fn a_head_that_cannot_be_put_in_place_leaves_no_slices() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("head")).unwrap();
    let error = Snapshots::new(folder.path().to_owned()).save(&read(&some_log(), 0), TOPIC, MARK).unwrap_err();
    assert!(matches!(&error, SnapshotError::Unwritten { path, .. } if path.ends_with("head")), "{error}");
    assert_eq!(files(folder.path()), [folder.path().join("head")]);
}

/// A file that says it is a terabyte takes no memory.
#[test]
fn a_slice_that_has_grown_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    saved(folder.path());
    let slice = files(folder.path()).pop().unwrap();
    fs::File::options().write(true).open(&slice).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(load(folder.path()), Err(SnapshotError::Damaged { path }) if path == slice));
}

/// A file that has the right name is not taken for whole before it was read.
#[test]
fn a_damaged_slice_is_written_again_after_the_replay() {
    let folder = tempfile::tempdir().unwrap();
    let before = saved(folder.path());
    let slice = files(folder.path()).pop().unwrap();
    let bytes = fs::read(&slice).unwrap();
    for stories in [before, read(&some_log(), 0)] {
        fs::write(&slice, vec![0; bytes.len()]).unwrap();
        let mut snapshots = Snapshots::new(folder.path().to_owned());
        assert!(matches!(snapshots.load(TOPIC), Err(SnapshotError::Damaged { .. })));
        assert!(snapshots.save(&stories, TOPIC, MARK).unwrap().files >= 2);
        assert_eq!(fs::read(&slice).unwrap(), bytes);
        assert!(load(folder.path()).unwrap().is_some());
        // and one that vanished, too
        fs::remove_file(&slice).unwrap();
        assert_eq!(snapshots.save(&stories, TOPIC, MARK).unwrap().files, 2);
        assert!(load(folder.path()).unwrap().is_some());
    }
}

#[test]
fn files_of_others_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = ["notes.txt", "header"];
    foreign.iter().for_each(|name| fs::write(folder.path().join(name), "").unwrap());
    fs::write(folder.path().join("slice-new"), "of a worker that was killed").unwrap();
    saved(folder.path());
    assert!(foreign.iter().all(|name| folder.path().join(name).exists()));
    assert_eq!(files(folder.path()).len(), 4 + foreign.len());
}
