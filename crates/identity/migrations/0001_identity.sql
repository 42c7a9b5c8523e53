-- People, by the id that follows from their name.
CREATE TABLE users (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    username TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX users_by_name ON users (tenant, username);

-- Machine clients, by the id that follows from their name.
CREATE TABLE clients (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    client_id TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX clients_by_name ON clients (tenant, client_id);

-- What proves that somebody is who they say: argon2id of a password, SHA-256 of a client's secret.
-- Apart from states and events, so that neither ever shows it.
CREATE TABLE credentials (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- Refresh tokens, by their digest. A used one stays until it expires, so that its reuse is noticed.
CREATE TABLE refresh_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    family TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (tenant, family);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (tenant, user_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- Keys that access tokens are signed with (PKCS#8). The newest signs.
CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    pkcs8 {{bytes}} NOT NULL,
    created_at BIGINT NOT NULL
);
