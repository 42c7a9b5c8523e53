//! Ways over the globe: great circles between the points of a lane.

use imsop_kernel::GeoPoint;

/// The mean radius of the earth, in kilometres (IUGG).
const EARTH_RADIUS: f64 = 6_371.0;

/// A way with its length.
#[derive(Debug, Clone)]
pub struct Route {
    points: Vec<GeoPoint>,
    /// The length up to each point, in kilometres.
    lengths: Vec<f64>,
}

impl Route {
    /// The way through these points; at least one.
    pub fn through(points: Vec<GeoPoint>) -> Self {
        let mut lengths = vec![0.0];
        let mut length = 0.0;
        for pair in points.windows(2) {
            length += distance(pair[0], pair[1]);
            lengths.push(length);
        }
        Self { points, lengths }
    }

    /// Its length, in kilometres.
    pub fn length(&self) -> f64 {
        self.lengths.last().copied().unwrap_or_default()
    }

    /// The point that lies this share of the way along, from 0 to 1.
    pub fn at(&self, share: f64) -> GeoPoint {
        let wanted = share.clamp(0.0, 1.0) * self.length();
        let after = self.lengths.iter().position(|length| *length >= wanted).unwrap_or(self.points.len() - 1);
        if after == 0 {
            return self.points[0];
        }
        let (start, end) = (self.lengths[after - 1], self.lengths[after]);
        let part = if end > start { (wanted - start) / (end - start) } else { 1.0 };
        between(self.points[after - 1], self.points[after], part)
    }

    /// The share of the way at which it comes nearest to a point.
    pub fn nearest(&self, point: GeoPoint) -> f64 {
        const STEPS: u32 = 200;
        let shares = (0..=STEPS).map(|step| f64::from(step) / f64::from(STEPS));
        let nearer = |one: &f64, other: &f64| {
            distance(self.at(*one), point).total_cmp(&distance(self.at(*other), point))
        };
        shares.min_by(nearer).unwrap_or(0.0)
    }
}

type Vector = [f64; 3];

fn vector(point: GeoPoint) -> Vector {
    let (latitude, longitude) = (point.latitude.to_radians(), point.longitude.to_radians());
    [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
}

fn angle(from: Vector, to: Vector) -> f64 {
    let product: f64 = from.iter().zip(to).map(|(one, other)| one * other).sum();
    product.clamp(-1.0, 1.0).acos()
}

/// The distance of two points on the globe, in kilometres.
pub fn distance(from: GeoPoint, to: GeoPoint) -> f64 {
    angle(vector(from), vector(to)) * EARTH_RADIUS
}

/// The point that lies this share of the great circle between two points along.
fn between(from: GeoPoint, to: GeoPoint, share: f64) -> GeoPoint {
    let (start, end) = (vector(from), vector(to));
    let whole = angle(start, end);
    if whole < 1e-9 {
        return from;
    }
    let (near, far) = (((1.0 - share) * whole).sin() / whole.sin(), (share * whole).sin() / whole.sin());
    let mix: Vec<f64> = start.iter().zip(end).map(|(one, other)| near * one + far * other).collect();
    let latitude = mix[2].clamp(-1.0, 1.0).asin().to_degrees();
    let longitude = mix[1].atan2(mix[0]).to_degrees();
    // Centimetres are enough.
    let rounded = |degrees: f64| (degrees * 1e5).round() / 1e5;
    GeoPoint { latitude: rounded(latitude), longitude: rounded(longitude) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{LANES, Mode, SITES};

    /// Circles that lie on land: degrees north and east, and kilometres.
    const ON_LAND: [(&str, f64, f64, f64); 14] = [
        ("Iberia", 40.0, -4.0, 280.0),
        ("France", 46.5, 2.5, 250.0),
        ("England", 52.5, -1.3, 100.0),
        ("Italy", 43.0, 12.3, 60.0),
        ("Arabia", 22.5, 48.5, 450.0),
        ("South Africa", -29.5, 25.0, 400.0),
        ("India", 17.0, 77.0, 250.0),
        ("Sumatra", 2.5, 99.3, 60.0),
        ("Malaya", 4.5, 102.0, 80.0),
        ("Kyushu", 32.5, 131.0, 50.0),
        ("Honshu", 36.5, 138.5, 70.0),
        ("Australia", -27.0, 133.0, 900.0),
        ("Madagascar", -19.5, 46.7, 150.0),
        ("California", 37.0, -120.0, 120.0),
    ];

    fn route_of(lane: usize) -> Route {
        let lane = &LANES[lane];
        let mut points = vec![SITES[lane.from].point()];
        points.extend(
            lane.via
                .iter()
                .map(|(latitude, longitude)| GeoPoint { latitude: *latitude, longitude: *longitude }),
        );
        points.push(SITES[lane.to].point());
        Route::through(points)
    }

    #[test]
    fn every_lane_stays_on_the_globe_and_gets_ahead_from_its_start_to_its_end() {
        for lane in 0..LANES.len() {
            let route = route_of(lane);
            assert!(route.length() > 100.0, "lane {lane} is {} km long", route.length());
            let mut last = route.at(0.0);
            for step in 1..=100 {
                let point = route.at(f64::from(step) / 100.0);
                assert!(point.is_valid(), "lane {lane} leaves the globe at {point:?}");
                assert!(distance(last, point) <= route.length() / 99.0, "lane {lane} jumps at step {step}");
                last = point;
            }
            assert!(distance(last, SITES[LANES[lane].to].point()) < 1.0, "lane {lane} does not arrive");
        }
    }

    #[test]
    fn ships_keep_off_the_land() {
        for (lane, _) in LANES.iter().enumerate().filter(|(_, lane)| lane.mode == Mode::Ocean) {
            let route = route_of(lane);
            for step in 0..=1_000 {
                let point = route.at(f64::from(step) / 1_000.0);
                for (land, latitude, longitude, radius) in ON_LAND {
                    let away = distance(point, GeoPoint { latitude, longitude });
                    assert!(away > radius, "lane {lane} crosses {land} at {point:?}");
                }
            }
        }
    }

    #[test]
    fn a_point_of_a_route_is_found_again() {
        let route = route_of(0);
        assert!((route.nearest(route.at(0.4)) - 0.4).abs() < 0.01);
    }
}
