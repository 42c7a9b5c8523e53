//! Places, carriers, customers and goods of the network. The places are real, the companies are not.

use imsop_kernel::{Address, GeoPoint};

/// A site of the network.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    /// What it is called.
    pub name: &'static str,
    /// The city that it lies in.
    pub city: &'static str,
    /// The country, ISO 3166-1.
    pub country: &'static str,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl Site {
    /// Where it is.
    pub fn point(&self) -> GeoPoint {
        GeoPoint { latitude: self.latitude, longitude: self.longitude }
    }

    /// Its address.
    pub fn address(&self) -> Address {
        Address {
            name: Some(self.name.to_owned()),
            city: Some(self.city.to_owned()),
            location: Some(self.point()),
            ..Address::in_country(self.country)
        }
    }
}

const fn site(
    name: &'static str,
    city: &'static str,
    country: &'static str,
    latitude: f64,
    longitude: f64,
) -> Site {
    Site { name, city, country, latitude, longitude }
}

/// The sites.
pub const SITES: [Site; 22] = [
    site("Maasvlakte Terminal", "Rotterdam", "NL", 51.95, 4.05),
    site("Altenwerder Terminal", "Hamburg", "DE", 53.50, 9.93),
    site("Basel Distribution", "Basel", "CH", 47.56, 7.59),
    site("Lyon Cold Store", "Lyon", "FR", 45.72, 4.95),
    site("Warsaw Distribution", "Warsaw", "PL", 52.17, 20.97),
    site("Valencia Terminal", "Valencia", "ES", 39.44, -0.32),
    site("Yangshan Terminal", "Shanghai", "CN", 30.62, 122.07),
    site("Pasir Panjang Terminal", "Singapore", "SG", 1.27, 103.78),
    site("Nhava Sheva Terminal", "Mumbai", "IN", 18.95, 72.95),
    site("Jebel Ali Terminal", "Dubai", "AE", 25.01, 55.06),
    site("Mombasa Terminal", "Mombasa", "KE", -4.04, 39.63),
    site("Nairobi Distribution", "Nairobi", "KE", -1.32, 36.90),
    site("Durban Terminal", "Durban", "ZA", -29.87, 31.03),
    site("Lagos Distribution", "Lagos", "NG", 6.45, 3.36),
    site("Santos Terminal", "Santos", "BR", -23.96, -46.30),
    site("Newark Terminal", "Newark", "US", 40.68, -74.15),
    site("Memphis Hub", "Memphis", "US", 35.04, -89.98),
    site("Dallas Distribution", "Dallas", "US", 32.90, -97.04),
    site("Long Beach Terminal", "Long Beach", "US", 33.75, -118.22),
    site("Toronto Distribution", "Toronto", "CA", 43.68, -79.63),
    site("Yokohama Terminal", "Yokohama", "JP", 35.40, 139.68),
    site("Botany Terminal", "Sydney", "AU", -33.97, 151.22),
];

/// How goods move on a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "plain words")]
pub enum Mode {
    Air,
    Ocean,
    Truck,
    Rail,
}

impl Mode {
    /// The word of the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Air => "Air",
            Self::Ocean => "Ocean",
            Self::Truck => "Truck",
            Self::Rail => "Rail",
        }
    }

    /// How fast goods move, in kilometres per hour, with stops.
    pub fn speed(self) -> f64 {
        match self {
            Self::Air => 700.0,
            Self::Ocean => 35.0,
            Self::Truck => 60.0,
            Self::Rail => 50.0,
        }
    }
}

/// A way from one site to another, with the points that ships and trains go through.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    /// Where it begins, as a place in [`SITES`].
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// How.
    pub mode: Mode,
    /// Degrees north and east of the points between.
    pub via: &'static [(f64, f64)],
}

const fn lane(from: usize, to: usize, mode: Mode, via: &'static [(f64, f64)]) -> Lane {
    Lane { from, to, mode, via }
}

/// Rotterdam to the Indian Ocean by Gibraltar and Suez.
const SUEZ: &[(f64, f64)] = &[
    (50.2, -1.0),
    (48.6, -5.8),
    (43.5, -9.8),
    (36.8, -9.4),
    (35.95, -5.6),
    (37.4, 4.0),
    (37.2, 11.0),
    (34.2, 20.0),
    (31.6, 32.3),
    (29.6, 32.5),
    (20.5, 38.4),
    (12.6, 43.4),
    (13.0, 51.0),
];

/// The lanes.
pub const LANES: [Lane; 30] = [
    lane(
        7,
        0,
        Mode::Ocean,
        &[
            (3.0, 100.8),
            (6.2, 95.0),
            (5.5, 80.6),
            (6.5, 72.0),
            (13.0, 51.0),
            (12.6, 43.4),
            (20.5, 38.4),
            (29.6, 32.5),
            (31.6, 32.3),
            (34.2, 20.0),
            (37.2, 11.0),
            (37.4, 4.0),
            (35.95, -5.6),
            (36.8, -9.4),
            (43.5, -9.8),
            (48.6, -5.8),
            (50.2, -1.0),
        ],
    ),
    lane(0, 9, Mode::Ocean, SUEZ),
    lane(
        9,
        7,
        Mode::Ocean,
        &[(26.3, 56.6), (22.5, 60.5), (8.0, 74.0), (5.5, 80.6), (6.2, 95.0), (3.0, 100.8)],
    ),
    lane(6, 18, Mode::Ocean, &[(31.5, 130.5), (38.0, 150.0), (44.0, 175.0), (45.0, -160.0), (40.0, -135.0)]),
    lane(20, 18, Mode::Ocean, &[(38.0, 150.0), (44.0, 175.0), (45.0, -160.0), (40.0, -135.0)]),
    lane(6, 7, Mode::Ocean, &[(25.0, 120.5), (15.0, 113.0), (5.0, 106.0)]),
    lane(
        14,
        0,
        Mode::Ocean,
        &[
            (-23.5, -41.0),
            (-8.0, -33.0),
            (10.0, -24.0),
            (30.0, -14.0),
            (43.5, -9.8),
            (48.6, -5.8),
            (50.2, -1.0),
        ],
    ),
    lane(0, 15, Mode::Ocean, &[(50.2, -1.0), (49.0, -10.0), (45.0, -40.0), (41.0, -65.0)]),
    lane(5, 15, Mode::Ocean, &[(36.5, -2.0), (35.95, -5.6), (37.0, -20.0), (40.0, -50.0), (40.0, -68.0)]),
    lane(8, 10, Mode::Ocean, &[(15.0, 66.0), (4.0, 52.0), (-2.0, 43.0)]),
    lane(12, 7, Mode::Ocean, &[(-30.0, 40.0), (-22.0, 60.0), (-5.0, 85.0), (5.8, 94.0), (3.0, 100.8)]),
    lane(
        21,
        7,
        Mode::Ocean,
        &[(-38.5, 148.0), (-39.5, 142.0), (-36.0, 116.0), (-22.0, 112.0), (-7.0, 105.0), (-1.0, 105.0)],
    ),
    lane(7, 8, Mode::Ocean, &[(3.0, 100.8), (6.2, 95.0), (5.5, 80.6), (10.0, 75.0)]),
    lane(9, 10, Mode::Ocean, &[(26.3, 56.6), (22.5, 60.5), (5.0, 52.0), (-2.0, 43.0)]),
    lane(12, 14, Mode::Ocean, &[(-35.5, 20.0), (-33.0, -10.0), (-27.0, -40.0)]),
    lane(2, 16, Mode::Air, &[]),
    lane(2, 11, Mode::Air, &[]),
    lane(3, 13, Mode::Air, &[]),
    lane(8, 2, Mode::Air, &[]),
    lane(16, 14, Mode::Air, &[]),
    lane(6, 1, Mode::Air, &[]),
    lane(19, 20, Mode::Air, &[]),
    lane(0, 2, Mode::Truck, &[(51.2, 5.9), (49.5, 8.0)]),
    lane(1, 4, Mode::Truck, &[(52.5, 13.4)]),
    lane(3, 5, Mode::Truck, &[(43.6, 3.9), (41.4, 2.0)]),
    lane(10, 11, Mode::Truck, &[(-3.0, 38.3)]),
    lane(16, 17, Mode::Truck, &[(34.7, -92.3)]),
    lane(15, 19, Mode::Truck, &[(42.6, -76.0), (43.1, -79.0)]),
    lane(18, 17, Mode::Rail, &[(33.5, -112.0), (31.8, -106.4)]),
    lane(
        6,
        1,
        Mode::Rail,
        &[(34.3, 108.9), (43.8, 87.6), (51.1, 71.4), (55.0, 55.0), (55.7, 37.6), (52.1, 23.7)],
    ),
];

/// The carriers of a mode.
pub fn carriers(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Air => &["Skylark Cargo", "Meridian Air"],
        Mode::Ocean => &["Blue Fathom Line", "Norrland Shipping", "Pacific Crest"],
        Mode::Truck => &["Ridgeway Freight", "Hansa Trucking", "Savannah Haulage"],
        Mode::Rail => &["TransContinental Rail"],
    }
}

/// The customers.
pub const CUSTOMERS: [&str; 10] = [
    "Aurelia Pharma",
    "Northgate Hospitals",
    "Kestrel Biologics",
    "Harbor Foods",
    "Umoja Health",
    "Verdant Grocers",
    "Solis Clinics",
    "Polaris Labs",
    "Baobab Medical",
    "Cobalt Diagnostics",
];

/// A kind of goods.
#[derive(Debug, Clone, Copy)]
pub struct Product {
    /// The article number.
    pub sku: &'static str,
    /// What it is.
    pub description: &'static str,
    /// The price of one, in cents.
    pub price: i64,
    /// Between which temperatures it must stay, if that matters.
    pub temperatures: Option<(f64, f64)>,
}

const fn product(
    sku: &'static str,
    description: &'static str,
    price: i64,
    temperatures: Option<(f64, f64)>,
) -> Product {
    Product { sku, description, price, temperatures }
}

/// The goods.
pub const PRODUCTS: [Product; 9] = [
    product("VAC-010", "Influenza vaccine, 10 doses", 8_450, Some((2.0, 8.0))),
    product("INS-100", "Insulin, 100 IU/ml, 5 pens", 3_190, Some((2.0, 8.0))),
    product("BIO-220", "Monoclonal antibody, 20 ml", 61_200, Some((2.0, 8.0))),
    product("PLS-001", "Fresh frozen plasma, 250 ml", 14_800, Some((-25.0, -15.0))),
    product("FRZ-310", "Frozen enzymes, 50 ml", 9_900, Some((-25.0, -15.0))),
    product("FRU-042", "Berries, chilled, 5 kg", 2_750, Some((2.0, 8.0))),
    product("TST-500", "Rapid test kit, 25 tests", 4_600, None),
    product("PPE-120", "Surgical masks, 50 pieces", 390, None),
    product("DEV-077", "Infusion pump", 88_000, None),
];

/// Why shipments are delayed.
pub const DELAYS: [&str; 6] = [
    "Port congestion, waiting for a berth",
    "Customs hold, documents are being checked",
    "Severe weather on the route",
    "Missed connection at the hub",
    "Vehicle breakdown, replacement on its way",
    "Industrial action at the terminal",
];
