//! The keys that access tokens are signed with (Ed25519), kept in the database of identity.

use std::collections::BTreeSet;

use aws_lc_rs::signature::Ed25519KeyPair;
use imsop_journal::{Cell, Database, StoreError};
use imsop_kernel::Timestamp;
use imsop_platform::StartError;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use crate::secrets::digest;

/// Signs access tokens.
#[derive(Clone)]
pub struct Signer {
    key: EncodingKey,
    id: String,
    /// The public keys, as they are published.
    pub published: JwkSet,
}

impl Signer {
    /// A signed token with these claims.
    pub fn sign<C: Serialize>(&self, claims: &C) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.key)
    }
}

/// The keys of the database; the first process makes one.
pub(crate) async fn load_or_make(database: &Database) -> Result<Signer, StartError> {
    let mut tx = database.begin().await?;
    // Processes that start together must agree on one key.
    tx.lock(&BTreeSet::from(["signing-key".to_owned()])).await?;
    let count = tx.fetch("SELECT COUNT(*) FROM signing_keys", vec![]).await?;
    if count.first().is_none_or(|row| row.int(0).unwrap_or(0) == 0) {
        let pair = Ed25519KeyPair::generate().map_err(|_| no_key("cannot be made"))?;
        let pkcs8 = pair.to_pkcs8v1().map_err(|_| no_key("cannot be encoded"))?;
        let jwk = public_key(pkcs8.as_ref())?;
        let id = jwk.common.key_id.unwrap_or_default();
        let cells = vec![id.into(), Cell::from(pkcs8.as_ref().to_vec()), Timestamp::now().into()];
        tx.insert("signing_keys", &["id", "pkcs8", "created_at"], vec![cells], "ON CONFLICT DO NOTHING")
            .await?;
    }
    tx.commit().await?;
    load(database).await
}

async fn load(database: &Database) -> Result<Signer, StartError> {
    let rows = database.fetch("SELECT pkcs8 FROM signing_keys ORDER BY created_at DESC, id", vec![]).await?;
    let mut published = JwkSet { keys: Vec::new() };
    for row in &rows {
        published.keys.push(public_key(row.bytes(0)?)?);
    }
    let (Some(newest), Some(jwk)) = (rows.first(), published.keys.first()) else {
        return Err(StoreError::Corrupt("there is no signing key".to_owned()).into());
    };
    let id = jwk.common.key_id.clone().unwrap_or_default();
    Ok(Signer { key: EncodingKey::from_ed_der(newest.bytes(0)?), id, published })
}

fn public_key(pkcs8: &[u8]) -> Result<Jwk, StartError> {
    let key = EncodingKey::from_ed_der(pkcs8);
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA).map_err(|_| no_key("cannot be read"))?;
    let AlgorithmParameters::OctetKeyPair(parameters) = &jwk.algorithm else {
        return Err(no_key("is of another kind"));
    };
    jwk.common.key_id = Some(digest(&parameters.x)[..16].to_owned());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Ok(jwk)
}

fn no_key(reason: &str) -> StartError {
    StartError::Other(format!("the signing key {reason}"))
}
