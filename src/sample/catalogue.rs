//! What the shop sells, and how much of it in each month.

/// A product as it stands in the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Product {
    pub id: u32,
    pub code: &'static str,
    pub name: &'static str,
    /// Category in the shop system.
    pub category: &'static str,
    /// Yen, 8 % tax included.
    pub price: i64,
    /// What one costs the shop, yen.
    pub cost: i64,
    /// Relative demand in an ordinary month.
    pub demand: u32,
    pub season: Season,
    /// Name used in talk about the product.
    pub spoken: &'static str,
}

/// When a product is in demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    Always,
    /// May to September, most in July and August.
    Summer,
    /// May, July and December.
    Gift,
    /// September and October.
    Autumn,
    /// Only in monthly deliveries.
    Subscription,
}

const fn product(
    id: u32,
    code: &'static str,
    name: &'static str,
    spoken: &'static str,
    (price, cost): (i64, i64),
    demand: u32,
    season: Season,
) -> Product {
    Product {
        id,
        code,
        name,
        category: category(code),
        price,
        cost,
        demand,
        season,
        spoken,
    }
}

/// Returns the category that the first two letters of a code stand for.
const fn category(code: &str) -> &'static str {
    match code.as_bytes() {
        [b'B', b'L', ..] | [b'S', b'O', ..] | [b'D', b'C', ..] => "コーヒー豆",
        [b'D', b'B', ..] => "ドリップバッグ",
        [b'C', b'B', ..] => "水出しコーヒー",
        [b'G', b'F', ..] => "ギフト",
        [b'S', b'W', ..] => "焼き菓子",
        _ => "定期便",
    }
}

/// The index of the monthly delivery in [`PRODUCTS`].
pub(super) const SUBSCRIPTION: usize = 19;
/// The index of the autumn gift in [`PRODUCTS`].
pub(super) const AUTUMN_GIFT: usize = 16;

/// Number of products.
pub(super) const COUNT: usize = 20;

/// Everything on sale.
#[rustfmt::skip]
pub(super) static PRODUCTS: [Product; COUNT] = [
    product(1, "BL-ASA-200", "ブレンド 朝のさえずり 200g", "朝のさえずり", (1_580, 560), 26, Season::Always),
    product(2, "BL-ASA-500", "ブレンド 朝のさえずり 500g", "朝のさえずり", (3_680, 1_350), 9, Season::Always),
    product(3, "BL-YOR-200", "ブレンド 夜のふくろう 200g", "夜のふくろう", (1_620, 580), 22, Season::Always),
    product(4, "BL-YOR-500", "ブレンド 夜のふくろう 500g", "夜のふくろう", (3_780, 1_400), 7, Season::Always),
    product(5, "DC-KOM-200", "カフェインレス こもれび 200g", "こもれび", (1_780, 720), 13, Season::Always),
    product(6, "SO-ETH-200", "エチオピア イルガチェフェ 200g", "イルガチェフェ", (1_980, 790), 14, Season::Always),
    product(7, "SO-GTM-200", "グアテマラ アンティグア 200g", "グアテマラ", (1_740, 650), 10, Season::Always),
    product(8, "SO-COL-200", "コロンビア ウィラ 200g", "コロンビア", (1_680, 620), 10, Season::Always),
    product(9, "SO-KEN-200", "ケニア ニエリ 200g", "ケニア", (2_080, 860), 8, Season::Always),
    product(10, "SO-IDN-200", "インドネシア マンデリン 200g", "マンデリン", (1_760, 690), 9, Season::Always),
    product(11, "DB-ASA-010", "ドリップバッグ 朝のさえずり 10袋", "ドリップバッグ", (1_480, 610), 17, Season::Always),
    product(12, "DB-YOR-010", "ドリップバッグ 夜のふくろう 10袋", "ドリップバッグ", (1_480, 610), 13, Season::Always),
    product(13, "DB-MIX-030", "ドリップバッグ 詰め合わせ 30袋", "ドリップバッグ", (3_980, 1_680), 6, Season::Always),
    product(14, "CB-PCK-005", "水出しコーヒーパック 5個", "水出しパック", (1_350, 480), 20, Season::Summer),
    product(15, "CB-PCK-015", "水出しコーヒーパック 15個", "水出しパック", (3_650, 1_340), 8, Season::Summer),
    product(16, "GF-CAN-002", "ギフト缶 2本入り", "ギフト缶", (4_320, 1_980), 18, Season::Gift),
    product(17, "GF-AUT-001", "秋ギフト 栗のカヌレとブレンド", "秋ギフト", (4_860, 2_340), 24, Season::Autumn),
    product(18, "SW-CAN-006", "カヌレ 6個入り", "カヌレ", (2_160, 1_080), 9, Season::Always),
    product(19, "SW-CHZ-001", "チーズケーキ 1台", "チーズケーキ", (3_240, 1_560), 6, Season::Always),
    product(20, "SB-TSK-001", "月のとりだより 定期便", "月のとりだより", (3_240, 1_290), 0, Season::Subscription),
];

/// Returns the relative demand of a product in a month (1 to 12).
pub(super) fn demand(product: &Product, month: u32) -> f64 {
    let season = match (product.season, month) {
        (Season::Always, _) => 1.0,
        (Season::Summer, 7 | 8) => 2.2,
        (Season::Summer, 6 | 9) => 1.1,
        (Season::Summer, 5) => 0.6,
        (Season::Summer, _) => 0.0,
        (Season::Gift, 12) => 3.2,
        (Season::Gift, 5 | 7) => 1.8,
        (Season::Gift, _) => 0.2,
        (Season::Autumn, 9 | 10) => 1.0,
        (Season::Autumn | Season::Subscription, _) => 0.0,
    };
    season * f64::from(product.demand)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_indices_point_at_their_products() {
        assert_eq!(PRODUCTS[SUBSCRIPTION].season, Season::Subscription);
        assert_eq!(PRODUCTS[AUTUMN_GIFT].season, Season::Autumn);
    }

    #[test]
    fn cold_brew_is_not_sold_in_winter() {
        let cold = PRODUCTS
            .iter()
            .find(|p| p.season == Season::Summer)
            .expect("a summer product");
        assert_eq!(demand(cold, 1), 0.0);
        assert!(demand(cold, 8) > demand(cold, 6));
    }

    #[test]
    fn every_product_costs_less_than_it_sells_for_without_tax() {
        for product in &PRODUCTS {
            let net = product.price * 100 / 108;
            assert!(0 < product.cost && product.cost < net, "{}", product.name);
        }
        let categories: std::collections::BTreeSet<&str> =
            PRODUCTS.iter().map(|product| product.category).collect();
        assert_eq!(categories.len(), 6);
    }

    #[test]
    fn ids_are_positions_counted_from_one() {
        assert!(
            PRODUCTS
                .iter()
                .enumerate()
                .all(|(i, p)| p.id as usize == i + 1)
        );
    }
}
