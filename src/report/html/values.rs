//! What passes between Rust and the template.

use minijinja::Value;

/// Turns plain data into a value the template reads; no string is marked as safe.
pub(crate) fn template_value(data: serde_json::Value) -> Value {
    match data {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(flag) => Value::from(flag),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::from(whole),
            (None, Some(real)) => Value::from(real),
            (None, None) => Value::from(number.to_string()),
        },
        serde_json::Value::String(text) => Value::from(text),
        serde_json::Value::Array(items) => items.into_iter().map(template_value).collect(),
        serde_json::Value::Object(fields) => Value::from_pairs(
            fields
                .into_iter()
                .map(|(name, value)| (name, template_value(value))),
        ),
    }
}

/// Escapes a text for HTML and shows what stands between backticks as code.
pub(super) fn with_code(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    let parts: Vec<&str> = text.split('`').collect();
    let pairs = parts.len() / 2;
    for (index, part) in parts.iter().enumerate() {
        let is_code = index % 2 == 1 && index / 2 < pairs && index + 1 < parts.len();
        if is_code {
            html.push_str("<code>");
        } else if index % 2 == 1 {
            // The last backtick has no partner.
            html.push('`');
        }
        push_escaped(&mut html, part);
        if is_code {
            html.push_str("</code>");
        }
    }
    html
}

fn push_escaped(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#x27;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_marked_and_everything_is_escaped() {
        assert_eq!(
            with_code("run `koe <x>` & go"),
            "run <code>koe &lt;x&gt;</code> &amp; go"
        );
        assert_eq!(with_code("a ` b"), "a ` b");
        assert_eq!(with_code("`a` `b"), "<code>a</code> `b");
    }
}
