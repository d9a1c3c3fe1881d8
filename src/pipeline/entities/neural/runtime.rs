//! ONNX Runtime: its library, which a process loads once, and sessions, each with a copy of the model. Only this file names `ort`.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ort::environment::Environment;
use ort::session::{Session, SessionInputValue};
use ort::value::{TensorElementType, TensorRef, ValueType};

use super::labels::wrong;

/// What the system's loader is asked for.
const LIBRARY: &str = if cfg!(target_os = "macos") { "libonnxruntime.dylib" } else { "libonnxruntime.so" };

/// What a model may want to know of each piece.
const INPUTS: [&str; 3] = ["input_ids", "attention_mask", "token_type_ids"];

static LOADED: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);

/// The library, loaded; a process cannot change to another.
fn environment(library: Option<&Path>) -> io::Result<Environment> {
    // A path is the user's, from where the program was started; a bare name the loader's.
    let path = match library.unwrap_or(Path::new(LIBRARY)) {
        name if name.components().count() == 1 => name.to_path_buf(),
        path => std::path::absolute(path)?,
    };
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, environment)) = &*loaded {
        let other = || wrong(format!("ONNX Runtime is loaded from {} already", known.display()));
        return if *known == path { Ok(environment.clone()) } else { Err(other()) };
    }
    let unusable = |error: &dyn std::fmt::Display| wrong(format!("ONNX Runtime cannot be loaded: {error}"));
    let builder = ort::init_from(&path).map_err(|error| unusable(&error))?;
    // Its messages hold names of nodes and shapes, and are of use to nobody; errors come back as values.
    let quiet = Arc::new(|_, _: &str, _: &str, _: &str, _: &str| ());
    let environment = builder.with_telemetry(false).with_logger(quiet).build().map_err(|error| unusable(&error))?;
    *loaded = Some((path, environment.clone()));
    Ok(environment)
}

/// A model that is ready to read, for one thread at a time.
pub(super) struct Reader {
    session: Session,
    /// The inputs that the model has, of [`INPUTS`].
    inputs: Vec<&'static str>,
    output: String,
}

impl Reader {
    /// Loads the model.
    pub(super) fn open(model: &Path, library: Option<&Path>) -> io::Result<Self> {
        let environment = environment(library)?;
        let refused = |error: ort::Error| wrong(format!("ONNX Runtime cannot read {}: {error}", model.display()));
        let mut builder = (|| {
            Ok(Session::builder(&environment)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_memory_pattern(false)?)
        })()
        .map_err(refused)?;
        let session = builder.commit_from_file(model).map_err(refused)?;
        let inputs = inputs(&session)?;
        let outputs = session.outputs();
        let output = outputs.iter().find(|output| output.name() == "logits").or_else(|| outputs.first());
        let output = output.ok_or_else(|| wrong("the model has no output"))?;
        match output.dtype() {
            ValueType::Tensor { ty: TensorElementType::Float32, .. } => {}
            other => return Err(wrong(format!("the model's output {} is {other}, and must be f32", output.name()))),
        }
        let output = output.name().to_owned();
        Ok(Self { session, inputs, output })
    }

    /// Reads a batch of `rows` windows, filled up to the same length: what each piece is, as the logits of all labels.
    pub(super) fn read<T>(
        &mut self,
        rows: usize,
        ids: &[i64],
        mask: &[i64],
        take: impl FnOnce(&[i64], &[f32]) -> T,
    ) -> ort::Result<T> {
        let length = ids.len() / rows.max(1);
        let kinds = vec![0; if self.inputs.contains(&"token_type_ids") { ids.len() } else { 0 }];
        let mut given: Vec<(&str, SessionInputValue<'_>)> = Vec::with_capacity(INPUTS.len());
        for name in &self.inputs {
            let values = match *name {
                "input_ids" => ids,
                "attention_mask" => mask,
                _ => &kinds,
            };
            given.push((name, TensorRef::from_array_view(([rows, length], values))?.into()));
        }
        let outputs = self.session.run(given)?;
        let told = outputs.get(&self.output).ok_or_else(|| ort::Error::new("the output is missing"))?;
        let (shape, logits) = told.try_extract_tensor::<f32>()?;
        Ok(take(shape, logits))
    }
}

fn inputs(session: &Session) -> io::Result<Vec<&'static str>> {
    let mut inputs = Vec::new();
    for input in session.inputs() {
        let known = INPUTS.iter().find(|known| **known == input.name());
        let known = known.ok_or_else(|| {
            wrong(format!("the model wants the input {}; only {} can be given", input.name(), INPUTS.join(", ")))
        })?;
        if !matches!(input.dtype(), ValueType::Tensor { ty: TensorElementType::Int64, .. }) {
            return Err(wrong(format!("the model's input {known} is {}, and must be i64", input.dtype())));
        }
        inputs.push(*known);
    }
    if inputs.contains(&"input_ids") { Ok(inputs) } else { Err(wrong("the model has no input input_ids")) }
}
