//! Kyoto addresses, which name the crossing before the town: 寺町通御池上る上本能寺前町.

/// Returns the town without the way to it; the whole where nothing else names the place.
pub(super) fn without_directions(town: Vec<char>) -> Vec<char> {
    let Some(ward) = ward_end(&town) else {
        return town;
    };
    let mut after = None;
    let mut bare = town[..ward].to_vec();
    let mut place = ward;
    while place < town.len() {
        let length = direction(&town[place..]);
        if length > 0 {
            place += length;
            after = Some(place);
        } else {
            bare.push(town[place]);
            place += 1;
        }
    }
    match after {
        Some(after) if after < town.len() => [&town[..ward], &town[after..]].concat(),
        Some(_) => bare,
        None => town,
    }
}

/// The place after the ward of Kyoto, if the town lies in one.
fn ward_end(town: &[char]) -> Option<usize> {
    let city = town
        .windows(3)
        .position(|part| part == ['京', '都', '市'])?;
    let ward = town[city..].iter().position(|&letter| letter == '区')?;
    Some(city + ward + 1)
}

/// The length of a direction (上ル, 東入) at the start of a text; 0 for none.
fn direction(text: &[char]) -> usize {
    match text {
        ['上' | '下', 'ガ', 'ル', ..] => 3,
        ['上' | '下', 'ル', ..] => 2,
        ['東' | '西' | '南' | '北', 'ヘ', '入', 'ル', ..] => 4,
        ['東' | '西' | '南' | '北', 'ヘ', '入', ..] => 3,
        ['東' | '西' | '南' | '北', '入', 'ル', ..] => 3,
        ['東' | '西' | '南' | '北', '入', ..] => 2,
        _ => 0,
    }
}
