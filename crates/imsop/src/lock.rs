//! One process for a data folder: two would publish the same events, and know nothing of each other.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use imsop_platform::StartError;

/// Holds the folder for as long as it lives.
pub struct FolderLock {
    _file: File,
}

/// Makes the folder if it is not there, readable by the owner only, and takes it.
pub fn take(folder: &Path) -> Result<FolderLock, StartError> {
    let failed = |source| StartError::File { path: folder.display().to_string(), source };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(StartError::Other(format!(
            "{} is in use by another process; stop it, or give another --data-dir",
            folder.display()
        ))),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}
