//! Names and addresses that stand in several columns.

use super::choose::Work;
use super::feature::Feature;

impl Work<'_> {
    /// Names and addresses that stand in several columns.
    pub(super) fn parts(&mut self) {
        let is_delivery = |feature: &Feature| {
            [
                "配送",
                "届",
                "送付先",
                "発送",
                "受取",
                "shipping",
                "delivery",
                "recipient",
                "店",
            ]
            .iter()
            .any(|part| feature.compact.contains(part))
        };
        let find = |taken: &[bool], names: &[&str]| {
            names.iter().find_map(|name| {
                self.features
                    .iter()
                    .enumerate()
                    .position(|(column, feature)| {
                        let heading = feature.compact.as_str();
                        let is_like = if name.is_ascii() {
                            heading == *name
                                || ["billing", "customer", "buyer"]
                                    .iter()
                                    .any(|of| heading.strip_prefix(of) == Some(name))
                        } else {
                            heading.ends_with(name)
                        };
                        is_like && !taken[column] && !is_delivery(feature)
                    })
            })
        };
        let none = &self.taken;
        let kana = (
            find(
                none,
                &[
                    "姓カナ",
                    "姓フリガナ",
                    "氏カナ",
                    "セイ",
                    "せい",
                    "フリガナ姓",
                    "カナ姓",
                    "lastnamekana",
                ],
            ),
            find(
                none,
                &[
                    "名カナ",
                    "名フリガナ",
                    "メイ",
                    "めい",
                    "フリガナ名",
                    "カナ名",
                    "firstnamekana",
                ],
            ),
        );
        let family = find(
            none,
            &[
                "姓",
                "氏",
                "苗字",
                "名字",
                "lastname",
                "familyname",
                "surname",
            ],
        )
        .filter(|column| Some(*column) != kana.0);
        let given = find(
            none,
            &["氏名名", "名前名", "注文者名名", "firstname", "givenname"],
        )
        .or_else(|| {
            // `名` alone, beside a family name.
            self.features.iter().position(|feature| {
                ["名", "注文者名", "客様名", "購入者名", "請求先名", "会員名"]
                    .contains(&feature.compact.as_str())
            })
        })
        .filter(|column| Some(*column) != kana.1);
        let address: Vec<usize> = self
            .features
            .iter()
            .enumerate()
            .filter(|(_, feature)| {
                let heading = feature.compact.as_str();
                let is_like = [
                    "市区町村",
                    "市町村",
                    "番地",
                    "町域",
                    "丁目",
                    "建物",
                    "マンション",
                    "住所",
                ]
                .iter()
                .any(|part| heading.contains(part))
                    || feature.tokens.iter().any(|token| {
                        [
                            "city", "street", "address", "address1", "address2", "addr", "town",
                            "suburb", "locality", "village",
                        ]
                        .contains(&token.as_str())
                    });
                is_like
                    && !is_delivery(feature)
                    && !["カナ", "email", "mail", "メール", "ip", "id"]
                        .iter()
                        .any(|part| {
                            heading.contains(part) && *part != "ip"
                                || feature.tokens.iter().any(|token| token == part)
                        })
            })
            .map(|(column, _)| column)
            .collect();
        if let (Some(family), Some(given)) = (family, given) {
            let is_latin = self.features[family].texts().all(str::is_ascii);
            let order = if is_latin && self.features[family].compact.is_ascii() {
                vec![given, family]
            } else {
                vec![family, given]
            };
            self.take("name", order, 10.0);
        }
        if let (Some(family), Some(given)) = kana {
            self.take("name_kana", vec![family, given], 10.0);
        }
        let address: Vec<usize> = address
            .into_iter()
            .filter(|column| !self.taken[*column])
            .collect();
        if !address.is_empty() {
            self.take("address", address, 8.0);
        }
    }
}
