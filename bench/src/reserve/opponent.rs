//! The opponent: what a good engineer would write who needs nothing but a reservation. One function of
//! PostgreSQL, one transaction a call: the key, the guarded update of every line, the reservation, the outbox.

use crate::Failure;
use crate::postgres::Postgres;

const DATABASE: &str = "opponent";
const CLIENTS: &str = "32";

const SCHEMA: &str = "
CREATE TABLE stock (sku text PRIMARY KEY, on_hand bigint NOT NULL, reserved bigint NOT NULL);
CREATE TABLE idempotency (key text PRIMARY KEY, reservation uuid NOT NULL);
CREATE TABLE reservation (id uuid PRIMARY KEY, order_id text NOT NULL, skus text[] NOT NULL,
    quantity bigint NOT NULL, expires_at timestamptz NOT NULL);
CREATE TABLE outbox (position bigserial PRIMARY KEY, payload jsonb NOT NULL);
CREATE FUNCTION reserve(wanted_key text, wanted_order text, wanted_skus text[]) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE made uuid := gen_random_uuid(); earlier uuid; one text;
BEGIN
    INSERT INTO idempotency VALUES (wanted_key, made) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT reservation INTO earlier FROM idempotency WHERE key = wanted_key;
        RETURN earlier;
    END IF;
    FOREACH one IN ARRAY wanted_skus LOOP
        UPDATE stock SET reserved = reserved + 1 WHERE sku = one AND on_hand - reserved >= 1;
        IF NOT FOUND THEN RAISE EXCEPTION 'not enough of %', one; END IF;
    END LOOP;
    INSERT INTO reservation VALUES (made, wanted_order, wanted_skus, 1, now() + interval '1 day');
    INSERT INTO outbox (payload) VALUES (jsonb_build_object('type', 'InventoryReserved', 'id', made,
        'orderId', wanted_order, 'skus', wanted_skus, 'quantity', 1));
    RETURN made;
END $$;
";

/// Transactions per second of the function, with that many lines to an order (from one up to so many).
pub fn rate(postgres: &Postgres, skus: u32, most_lines: u32, seconds: u32) -> Result<f64, Failure> {
    postgres.create(&format!("{DATABASE}_{most_lines}"))?;
    let database = format!("{DATABASE}_{most_lines}");
    postgres.psql(&database, SCHEMA)?;
    postgres.psql(
        &database,
        &format!("INSERT INTO stock SELECT 'SKU-' || n, 1000000000, 0 FROM generate_series(1, {skus}) n"),
    )?;
    postgres.psql(&database, "VACUUM ANALYZE stock")?;
    let script = tempfile::NamedTempFile::new()?;
    std::fs::write(script.path(), call(skus, most_lines))?;
    let mut pgbench = postgres.pgbench(&database);
    pgbench.args(["-M", "prepared", "-c", CLIENTS, "-j", "2", "-T", &seconds.to_string(), "-f"]);
    let output = pgbench.arg(script.path()).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.starts_with("tps = "));
    let rate = line.and_then(|line| line.split_whitespace().nth(2)).and_then(|text| text.parse().ok());
    rate.ok_or_else(|| format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// SKUs in the order of their names: two orders never wait for each other in a circle.
fn call(skus: u32, most_lines: u32) -> String {
    if most_lines == 1 {
        return format!(
            "\\set sku random(1, {skus})\n\
             SELECT reserve(gen_random_uuid()::text, gen_random_uuid()::text, ARRAY['SKU-' || :sku]);\n"
        );
    }
    format!(
        "\\set first random(1, {})\n\\set lines random(1, {most_lines})\n\
         SELECT reserve(gen_random_uuid()::text, gen_random_uuid()::text, \
         (SELECT array_agg(sku ORDER BY sku) FROM (SELECT 'SKU-' || n AS sku \
         FROM generate_series(:first::int, :first::int + :lines::int - 1) n) lines));\n",
        skus - most_lines
    )
}
