//! One process for a data folder: two would publish the same events, and know nothing of each other.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;

use imsop_platform::StartError;

/// Holds the folder for as long as it lives.
pub struct FolderLock {
    _file: File,
}

/// The folders that hold data. Whoever reads them has every tenant's records, and the keys that sign tokens.
const PRIVATE: [&str; 2] = ["db", "files"];

/// Makes the folder if it is not there, and takes it. What it holds is readable by the owner only, also in
/// a folder that somebody else has made.
pub fn take(folder: &Path) -> Result<FolderLock, StartError> {
    let failed = |source| StartError::File { path: folder.display().to_string(), source };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    for private in PRIVATE {
        let path = folder.join(private);
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(failed)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o700)).map_err(failed)?;
    }
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
