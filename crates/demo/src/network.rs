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
    /// All modes, each with its part of the network's shipments, in per cent.
    pub const SHARES: [(Self, usize); 4] =
        [(Self::Ocean, 45), (Self::Truck, 25), (Self::Air, 18), (Self::Rail, 12)];

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

/// Singapore to the Atlantic by Suez, then into the North Sea.
const SINGAPORE_TO_ROTTERDAM: &[(f64, f64)] = &[
    (1.15, 103.5),
    (2.6, 101.2),
    (4.6, 99.3),
    (5.9, 97.0),
    (6.2, 94.8),
    (5.5, 80.6),
    (6.8, 72.0),
    (12.6, 51.5),
    (12.1, 45.0),
    (12.5, 43.4),
    (14.0, 42.6),
    (20.5, 38.4),
    (27.4, 34.2),
    (28.6, 33.1),
    (29.8, 32.55),
    (31.6, 32.35),
    (33.6, 25.0),
    (36.0, 14.8),
    (37.8, 10.6),
    (37.6, 8.0),
    (36.9, 2.0),
    (35.95, -5.6),
    (36.4, -9.0),
    (38.8, -10.0),
    (43.6, -9.9),
    (48.7, -5.9),
    (50.2, -1.0),
    (51.0, 1.45),
];

/// Rotterdam to the Persian Gulf by Suez.
const ROTTERDAM_TO_DUBAI: &[(f64, f64)] = &[
    (51.0, 1.45),
    (50.2, -1.0),
    (48.7, -5.9),
    (43.6, -9.9),
    (38.8, -10.0),
    (36.4, -9.0),
    (35.95, -5.6),
    (36.9, 2.0),
    (37.6, 8.0),
    (37.8, 10.6),
    (36.0, 14.8),
    (33.6, 25.0),
    (31.6, 32.35),
    (29.8, 32.55),
    (28.6, 33.1),
    (27.4, 34.2),
    (20.5, 38.4),
    (14.0, 42.6),
    (12.5, 43.4),
    (12.1, 45.0),
    (14.5, 53.0),
    (18.0, 58.2),
    (22.6, 60.2),
    (25.2, 57.2),
    (26.5, 56.6),
    (26.2, 55.6),
];

/// The lanes, ordered by mode.
pub const LANES: [Lane; 37] = [
    lane(7, 0, Mode::Ocean, SINGAPORE_TO_ROTTERDAM),
    lane(0, 9, Mode::Ocean, ROTTERDAM_TO_DUBAI),
    lane(
        9,
        7,
        Mode::Ocean,
        &[
            (26.2, 55.6),
            (26.5, 56.6),
            (25.2, 57.2),
            (22.6, 60.2),
            (8.0, 74.0),
            (5.5, 80.6),
            (6.2, 94.8),
            (5.9, 97.0),
            (4.6, 99.3),
            (2.6, 101.2),
            (1.15, 103.5),
        ],
    ),
    lane(
        6,
        18,
        Mode::Ocean,
        &[
            (30.0, 129.0),
            (30.2, 131.5),
            (33.2, 141.0),
            (38.0, 150.0),
            (44.0, 175.0),
            (45.0, -160.0),
            (40.0, -135.0),
            (33.8, -121.0),
        ],
    ),
    lane(
        20,
        18,
        Mode::Ocean,
        &[
            (35.2, 139.75),
            (34.6, 139.8),
            (34.8, 141.2),
            (38.0, 150.0),
            (44.0, 175.0),
            (45.0, -160.0),
            (40.0, -135.0),
            (33.8, -121.0),
        ],
    ),
    lane(
        6,
        7,
        Mode::Ocean,
        &[(29.8, 123.0), (27.0, 121.4), (25.0, 120.0), (15.0, 113.0), (5.0, 106.0), (1.4, 104.6)],
    ),
    lane(
        14,
        0,
        Mode::Ocean,
        &[
            (-23.8, -41.0),
            (-8.0, -33.0),
            (10.0, -24.0),
            (30.0, -19.0),
            (43.6, -9.9),
            (48.7, -5.9),
            (50.2, -1.0),
            (51.0, 1.45),
        ],
    ),
    lane(
        0,
        15,
        Mode::Ocean,
        &[(51.0, 1.45), (50.2, -1.0), (49.0, -10.0), (45.0, -40.0), (40.3, -65.0), (40.3, -73.6)],
    ),
    lane(
        5,
        15,
        Mode::Ocean,
        &[
            (38.8, 0.7),
            (37.2, -0.3),
            (36.3, -2.0),
            (35.95, -5.6),
            (36.4, -9.0),
            (40.0, -50.0),
            (40.3, -68.0),
            (40.3, -73.6),
        ],
    ),
    lane(8, 10, Mode::Ocean, &[(15.0, 66.0), (4.0, 52.0), (-2.0, 43.0)]),
    lane(
        12,
        7,
        Mode::Ocean,
        &[
            (-30.0, 40.0),
            (-22.0, 60.0),
            (-5.0, 85.0),
            (6.2, 94.8),
            (5.9, 97.0),
            (4.6, 99.3),
            (2.6, 101.2),
            (1.15, 103.5),
        ],
    ),
    lane(
        21,
        7,
        Mode::Ocean,
        &[
            (-37.7, 150.6),
            (-39.4, 146.6),
            (-39.3, 143.2),
            (-36.2, 117.0),
            (-34.8, 114.2),
            (-22.0, 112.0),
            (-6.8, 104.7),
            (-5.9, 105.8),
            (-4.6, 106.6),
            (-2.8, 107.2),
            (-0.5, 106.4),
            (1.4, 104.6),
        ],
    ),
    lane(
        7,
        8,
        Mode::Ocean,
        &[
            (1.15, 103.5),
            (2.6, 101.2),
            (4.6, 99.3),
            (5.9, 97.0),
            (6.2, 94.8),
            (5.5, 80.6),
            (7.0, 77.0),
            (10.0, 74.8),
            (15.0, 72.9),
        ],
    ),
    lane(
        9,
        10,
        Mode::Ocean,
        &[(26.2, 55.6), (26.5, 56.6), (25.2, 57.2), (22.6, 60.2), (12.0, 55.8), (5.0, 52.0), (-2.0, 43.0)],
    ),
    lane(12, 14, Mode::Ocean, &[(-31.8, 30.4), (-34.6, 26.5), (-35.7, 20.0), (-33.0, -10.0), (-27.0, -40.0)]),
    lane(2, 16, Mode::Air, &[]),
    lane(2, 11, Mode::Air, &[]),
    lane(3, 13, Mode::Air, &[]),
    lane(8, 2, Mode::Air, &[]),
    lane(16, 14, Mode::Air, &[]),
    lane(6, 1, Mode::Air, &[]),
    lane(19, 20, Mode::Air, &[]),
    lane(7, 21, Mode::Air, &[]),
    lane(0, 2, Mode::Truck, &[(51.2, 5.9), (49.5, 8.0)]),
    lane(1, 4, Mode::Truck, &[(52.5, 13.4)]),
    lane(3, 5, Mode::Truck, &[(43.6, 3.9), (41.4, 2.0)]),
    lane(10, 11, Mode::Truck, &[(-3.0, 38.3)]),
    lane(16, 17, Mode::Truck, &[(34.7, -92.3)]),
    lane(15, 19, Mode::Truck, &[(42.6, -76.0), (43.1, -79.0)]),
    lane(
        4,
        5,
        Mode::Truck,
        &[(51.1, 17.0), (50.1, 14.4), (48.1, 11.6), (45.7, 4.9), (43.6, 3.9), (41.4, 2.0)],
    ),
    lane(15, 17, Mode::Truck, &[(39.3, -76.7), (37.2, -80.4), (35.9, -84.0), (35.1, -90.0), (34.7, -92.3)]),
    lane(
        18,
        16,
        Mode::Truck,
        &[(34.9, -114.6), (35.1, -106.6), (35.2, -101.8), (35.5, -97.5), (34.7, -92.3)],
    ),
    lane(18, 17, Mode::Rail, &[(33.5, -112.0), (31.8, -106.4)]),
    lane(
        6,
        1,
        Mode::Rail,
        &[(34.3, 108.9), (43.8, 87.6), (51.1, 71.4), (55.0, 55.0), (55.7, 37.6), (52.1, 23.7)],
    ),
    lane(
        18,
        15,
        Mode::Rail,
        &[(33.5, -112.0), (35.1, -106.6), (39.1, -94.6), (41.9, -87.6), (41.5, -81.7), (40.4, -76.9)],
    ),
    lane(1, 5, Mode::Rail, &[(50.1, 8.7), (47.6, 7.6), (45.7, 4.9), (43.6, 3.9), (41.4, 2.0)]),
    lane(0, 4, Mode::Rail, &[(52.1, 5.1), (52.4, 9.7), (52.5, 13.4), (52.4, 16.9)]),
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

/// Why shipments of a mode are delayed.
pub fn delays(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Air => {
            &["Missed connection at the hub", "Customs hold, documents are being checked", "Severe weather"]
        }
        Mode::Ocean => &[
            "Port congestion, waiting for a berth",
            "Severe weather on the route",
            "Industrial action at the terminal",
            "Customs hold, documents are being checked",
        ],
        Mode::Truck => &[
            "Vehicle breakdown, replacement on its way",
            "Road closed, detour",
            "Customs hold, documents are being checked",
        ],
        Mode::Rail => &["Track works, waiting for a path", "Missed connection at the hub", "Severe weather"],
    }
}
