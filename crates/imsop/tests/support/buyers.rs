//! Buyers who want goods to be promised to their orders, and what they are told.

use std::collections::BTreeMap;
use std::time::Duration;

use imsop_kernel::Decimal;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use super::PASSWORD;

/// A reservation that a buyer wants: so many pieces of each SKU for an order, all or nothing.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The order, from which the idempotency key is made.
    pub order: String,
    /// SKU and pieces.
    pub lines: Vec<(String, u32)>,
    /// Whether it is sent together with others, also when it is sent again.
    pub in_batch: bool,
}

impl Wish {
    /// One or two lines of these SKUs.
    pub fn of_chance(order: String, skus: &[String], in_batch: bool, chance: &mut ChaCha8Rng) -> Self {
        let first = chance.random_range(0..skus.len());
        let mut lines = vec![(skus[first].clone(), chance.random_range(1..=4))];
        if chance.random_bool(0.3) {
            let second = (first + 1) % skus.len();
            lines.push((skus[second].clone(), chance.random_range(1..=4)));
        }
        Self { order, lines, in_batch }
    }

    fn key(&self) -> String {
        format!("key-of-{}", self.order)
    }

    fn body(&self) -> Value {
        let line = |(sku, pieces): &(String, u32)| json!({ "sku": sku, "quantity": pieces_of(*pieces) });
        let lines: Vec<Value> = self.lines.iter().map(line).collect();
        let mut body = json!({ "orderId": self.order, "site": "S1", "lines": lines });
        if self.in_batch {
            body["idempotencyKey"] = json!(self.key());
        }
        body
    }

    /// What an answer means. Anything but a promise of all of it or a want of stock is a failure.
    fn reply(&self, status: u16, answer: &Value) -> Reply {
        let kind = answer["type"].as_str().unwrap_or_default().rsplit('/').next();
        match (status, kind) {
            (201, _) => {
                assert_eq!(answer["orderId"], json!(self.order));
                assert_eq!(promised(answer), self.pieces(), "{self:?}: {answer}");
                Reply::Kept(answer.clone())
            }
            (409, Some("insufficient-stock")) => Reply::Short,
            _ => panic!("{self:?} was answered with {status}: {answer}"),
        }
    }

    /// SKU and pieces, as numbers that can be compared with an answer's.
    pub fn pieces(&self) -> BTreeMap<String, Decimal> {
        self.lines.iter().map(|(sku, pieces)| (sku.clone(), Decimal::from(*pieces))).collect()
    }
}

fn pieces_of(pieces: u32) -> Value {
    json!({ "value": pieces.to_string(), "unit": "EA" })
}

/// What a reservation promises, by SKU.
pub fn promised(reservation: &Value) -> BTreeMap<String, Decimal> {
    let mut promised = BTreeMap::new();
    for line in reservation["lines"].as_array().expect("it has lines") {
        let sku = line["sku"].as_str().expect("a line has a SKU").to_owned();
        let twice = promised.insert(sku, quantity(&line["reserved"]));
        assert!(twice.is_none(), "{reservation}");
    }
    promised
}

fn quantity(value: &Value) -> Decimal {
    value["value"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("no quantity: {value}"))
}

/// What a buyer was told.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// 201: promised, with the reservation.
    Kept(Value),
    /// 409: there is not enough.
    Short,
    /// 503 with `Retry-After`: to be sent again.
    Later,
    /// 429 with `Retry-After`: the tenant has used up its share.
    TooFast,
    /// Nothing: the connection broke.
    Broken,
}

/// The figures of a SKU at the site.
#[derive(Debug)]
pub struct Figures {
    pub on_hand: Decimal,
    pub reserved: Decimal,
    pub available: Decimal,
}

/// A signed-in buyer, whose token every server of the fleet believes.
#[derive(Clone)]
pub struct Buyer {
    client: Client,
    token: String,
}

impl Buyer {
    /// Signs in.
    pub async fn sign_in(url: &str) -> Self {
        Self::sign_in_to("demo", url).await
    }

    /// Signs in to a tenant.
    pub async fn sign_in_to(tenant: &str, url: &str) -> Self {
        // An idle connection is not used again when the server is about to close it.
        let client = Client::builder().pool_idle_timeout(Duration::from_secs(5)).build().expect("a client");
        let (_, answer) = told(login(&client, tenant, url)).await.expect("somebody opens");
        let token = answer["accessToken"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned();
        Self { client, token }
    }

    /// Whether somebody could sign in now; if not, they are told to come later.
    pub async fn is_let_in(&self, url: &str) -> bool {
        match told(login(&self.client, "demo", url)).await {
            Ok((StatusCode::OK, _)) => true,
            Err(Reply::Later) => false,
            other => panic!("{other:?}"),
        }
    }

    fn post(&self, url: &str, path: &str) -> RequestBuilder {
        self.client.post(format!("{url}/inventory{path}")).bearer_auth(&self.token)
    }

    /// Puts so many pieces of a SKU on the shelf.
    pub async fn receive(&self, url: &str, sku: &str, pieces: u32) {
        let body = json!({ "site": "S1", "lines": [{ "sku": sku, "quantity": pieces_of(pieces) }] });
        let request = self.post(url, "/receipts").header("Idempotency-Key", format!("receipt-of-{sku}"));
        let answer = request.json(&body).send().await.expect("it answers");
        let status = answer.status();
        assert_eq!(status, StatusCode::CREATED, "{:?}", answer.text().await);
    }

    /// Sends wishes, all alone or all in one batch, and tells what became of each.
    pub async fn reserve(&self, url: &str, wishes: &[Wish]) -> Vec<Reply> {
        let in_batch = wishes.iter().any(|wish| wish.in_batch);
        if in_batch {
            return self.reserve_batch(url, wishes).await;
        }
        let mut replies = Vec::with_capacity(wishes.len());
        for wish in wishes {
            let request = self.post(url, "/reservations").header("Idempotency-Key", wish.key());
            replies.push(match told(request.json(&wish.body())).await {
                Ok((status, answer)) => wish.reply(status.as_u16(), &answer),
                Err(reply) => reply,
            });
        }
        replies
    }

    async fn reserve_batch(&self, url: &str, wishes: &[Wish]) -> Vec<Reply> {
        let bodies: Vec<Value> = wishes.iter().map(Wish::body).collect();
        let (status, answers) = match told(self.post(url, "/reservations/batch").json(&bodies)).await {
            Ok(told) => told,
            Err(reply) => return vec![reply; wishes.len()],
        };
        assert_eq!(status, StatusCode::OK, "{answers}");
        let answers = answers.as_array().expect("an answer for each");
        assert_eq!(answers.len(), wishes.len());
        let mut replies = Vec::with_capacity(wishes.len());
        for (wish, answer) in wishes.iter().zip(answers) {
            let status = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok());
            let about = if status == Some(201) { &answer["reservation"] } else { &answer["problem"] };
            replies.push(wish.reply(status.expect("a status"), about));
        }
        replies
    }

    /// Reads; status and body.
    pub async fn get(&self, url: &str, path: &str) -> (StatusCode, Value) {
        let request = self.client.get(format!("{url}{path}")).bearer_auth(&self.token);
        let answer = request.send().await.expect("it answers");
        let status = answer.status();
        (status, answer.json().await.expect("it is JSON"))
    }

    /// The figures of a SKU.
    pub async fn figures(&self, url: &str, sku: &str) -> Figures {
        let (status, page) = self.get(url, &format!("/inventory/stock/{sku}")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let stock = &page["items"][0];
        let [on_hand, reserved, available] =
            ["onHand", "reserved", "available"].map(|name| quantity(&stock[name]));
        Figures { on_hand, reserved, available }
    }

    /// All reservations of orders whose number begins so; newer ones of other orders must not be there.
    pub async fn reservations(&self, url: &str, orders: &str) -> BTreeMap<String, Value> {
        let mut found = BTreeMap::new();
        let mut after = String::new();
        loop {
            let (status, page) = self.get(url, &format!("/inventory/reservations?limit=200{after}")).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            for reservation in page["items"].as_array().expect("a page") {
                let order = reservation["orderId"].as_str().expect("it is for an order");
                if !order.starts_with(orders) {
                    return found;
                }
                let twice = found.insert(order.to_owned(), reservation.clone());
                assert!(twice.is_none(), "{order} has two reservations");
            }
            let Some(next) = page["next"].as_str() else { return found };
            after = format!("&after={next}");
        }
    }
}

fn login(client: &Client, tenant: &str, url: &str) -> RequestBuilder {
    let body = json!({ "username": "admin", "password": PASSWORD, "tenant": tenant });
    client.post(format!("{url}/auth/login")).json(&body)
}

/// Status and body of an answer; a 429 or 503 must say when to come back.
async fn told(request: RequestBuilder) -> Result<(StatusCode, Value), Reply> {
    let answer: Response = request.send().await.map_err(|_| Reply::Broken)?;
    let status = answer.status();
    let says_when = answer.headers().contains_key("retry-after");
    let text = answer.text().await.map_err(|_| Reply::Broken)?;
    let away = match status {
        StatusCode::SERVICE_UNAVAILABLE => Reply::Later,
        StatusCode::TOO_MANY_REQUESTS => Reply::TooFast,
        _ => return Ok((status, serde_json::from_str(&text).expect("it is JSON"))),
    };
    assert!(says_when, "{status} without Retry-After: {text}");
    Err(away)
}
