//! Which processors a build of the program is for. The image has it twice on x86-64: for all of them, and for those of level 3
//! of the [x86-64 psABI](https://gitlab.com/x86-psABIs/x86-64-ABI) (AVX2, BMI, FMA), which most servers of the last ten years
//! are and on which it takes less time. The first becomes the second where it can, so that nobody has to choose.

use std::io;

/// What this build is for.
pub const BUILT_FOR: &str = if LEVEL_3 { "x86-64-v3" } else { std::env::consts::ARCH };

const LEVEL_3: bool = cfg!(all(target_feature = "avx2", target_feature = "bmi2", target_feature = "fma"));

/// Goes on as the build for level 3, if that lies beside this one as `…-x86-64-v3` and the processor is of that level.
///
/// # Errors
/// It lies there and cannot be started. Then this process cannot go on either: the attempt has undone how it takes signals.
#[cfg(all(unix, target_arch = "x86_64"))]
pub fn become_the_best() -> io::Result<()> {
    use std::os::unix::process::CommandExt as _;

    let of_level_3 = std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("bmi1")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("f16c")
        && std::is_x86_feature_detected!("fma")
        && std::is_x86_feature_detected!("lzcnt")
        && std::is_x86_feature_detected!("movbe");
    let Ok(mut path) = std::env::current_exe().map(std::path::PathBuf::into_os_string) else { return Ok(()) };
    path.push("-x86-64-v3");
    let path = std::path::PathBuf::from(path);
    if LEVEL_3 || !of_level_3 || !path.exists() {
        return Ok(());
    }
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let error = std::process::Command::new(&path).arg0(name).args(arguments).exec();
    let told = format!("{} cannot be started: {error}; mend it, or remove it", path.display());
    Err(io::Error::new(error.kind(), told))
}

/// There is one build for other processors.
#[cfg(not(all(unix, target_arch = "x86_64")))]
pub fn become_the_best() -> io::Result<()> {
    Ok(())
}
