//! A browser of its own for each test, spoken to by WebDriver: JSON over HTTP to a chromedriver on this machine.

use std::io::{BufRead, BufReader, Error, Read, Result, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Functions for scripts: each returns a list of complaints.
const CHECKS: &str = include_str!("checks.js");

/// The name under which WebDriver writes elements ("web element identifier").
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Longer than the slowest step, so that a browser that hangs fails the test.
const PATIENCE: Duration = Duration::from_secs(120);

/// The same pixels on every machine: no hinting, no coloured edges of letters, no scroll bars.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
];

/// Keys as WebDriver writes them.
pub const TAB: &str = "\u{e004}";
/// The key that presses what is in focus.
pub const ENTER: &str = "\u{e007}";

/// What a page is shown on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// A screen of a reader who prefers light pages.
    Light,
    /// A screen of a reader who prefers dark pages.
    Dark,
    /// Paper, of a reader who prefers dark pages.
    Paper,
}

/// A running browser; dropping it ends it.
pub struct Browser {
    driver: Child,
    /// Kept open: a driver that cannot write ends.
    said: BufReader<ChildStdout>,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts a driver on a free port, and a browser.
    pub fn start() -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; Debian has it in the package chromium-driver");
        let said = BufReader::new(driver.stdout.take().expect("a pipe"));
        let mut browser = Self {
            driver,
            said,
            port: 0,
            session: String::new(),
        };
        browser.port = browser.wait_for_port();
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": ARGUMENTS},
        }}});
        let answer =
            call(browser.port, "POST", "/session", Some(&wanted)).expect("a browser starts");
        browser.session = answer["sessionId"].as_str().expect("a session").to_owned();
        browser
    }

    fn wait_for_port(&mut self) -> u16 {
        let mut line = String::new();
        while self.said.read_line(&mut line).expect("the driver talks") > 0 {
            // "ChromeDriver was started successfully on port 41743."
            if let Some((_, port)) = line.trim().split_once("successfully on port ") {
                return port.trim_end_matches('.').parse().expect("a port");
            }
            line.clear();
        }
        panic!("chromedriver ended before it listened");
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let path = format!("/session/{}{path}", self.session);
        call(self.port, method, &path, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, Some(body))
    }

    /// Opens a page and waits until it is drawn with its own letters.
    pub fn open(&self, page: &Path) {
        self.command(
            "/url",
            &json!({"url": format!("file://{}", page.display())}),
        );
        self.run("return document.fonts.ready.then(() => true);");
    }

    /// Runs a script in the page and returns what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.command("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs one of the checks and returns its complaints.
    pub fn check(&self, name: &str) -> Vec<String> {
        let found = self.run(&format!("{CHECKS}\nreturn {name}();"));
        let complaints = found.as_array().expect("a list of complaints");
        complaints
            .iter()
            .map(|one| one.as_str().expect("a sentence").to_owned())
            .collect()
    }

    /// Sends a command of the DevTools protocol.
    fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.command(
            "/goog/cdp/execute",
            &json!({"cmd": command, "params": parameters}),
        )
    }

    /// Sets the size of the window, in CSS pixels.
    pub fn resize(&self, width: u32, height: u32) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        );
    }

    /// Sets what the page is shown on; nothing moves by itself.
    pub fn show_on(&self, medium: Medium) {
        let (media, scheme) = match medium {
            Medium::Light => ("screen", "light"),
            Medium::Dark => ("screen", "dark"),
            Medium::Paper => ("print", "dark"),
        };
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({"media": media, "features": [
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ]}),
        );
    }

    /// Returns the page as a PDF, on the paper that the page asks for.
    pub fn print(&self) -> Vec<u8> {
        let wanted = json!({"preferCSSPageSize": true, "printBackground": true});
        decoded(&self.devtools("Page.printToPDF", &wanted)["data"])
    }

    /// Returns what the window shows, as a PNG.
    pub fn picture(&self) -> Vec<u8> {
        decoded(&self.ask("GET", "/screenshot", None))
    }

    /// Returns what was written to the console since the last call, errors of loading included.
    pub fn console(&self) -> Vec<String> {
        let entries = self.command("/se/log", &json!({"type": "browser"}));
        let entries = entries.as_array().expect("a list of entries");
        entries.iter().map(Value::to_string).collect()
    }

    fn find(&self, css: &str) -> String {
        let found = self.command("/element", &json!({"using": "css selector", "value": css}));
        found[ELEMENT].as_str().expect("an element").to_owned()
    }

    /// Clicks on the first element of a selector, as a pointer does: what lies under something else is an error.
    pub fn press(&self, css: &str) {
        let element = self.find(css);
        // The page scrolls smoothly of itself, and a click does not wait for it.
        self.run(&format!(
            "document.querySelector({}).scrollIntoView({{block: 'center', behavior: 'instant'}}); return true;",
            Value::from(css)
        ));
        self.command(&format!("/element/{element}/click"), &json!({}));
    }

    /// Types into the first element of a selector.
    pub fn fill(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.command(&format!("/element/{element}/value"), &json!({"text": text}));
    }

    /// Presses a key, wherever the focus is.
    pub fn key(&self, key: &str) {
        self.command(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keys", "actions": [
                {"type": "keyDown", "value": key},
                {"type": "keyUp", "value": key},
            ]}]}),
        );
    }

    /// Clicks twice on the first line of text in the first element of a selector.
    pub fn press_twice(&self, css: &str) {
        let point = self.run(&format!(
            "const element = document.querySelector({});
             element.scrollIntoView({{block: 'center', behavior: 'instant'}});
             const words = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
             const range = document.createRange();
             range.selectNodeContents(words);
             const line = range.getClientRects()[0];
             return [Math.round(line.left + line.width / 2), Math.round(line.top + line.height / 2)];",
            Value::from(css)
        ));
        let (down, up) = (
            json!({"type": "pointerDown", "button": 0}),
            json!({"type": "pointerUp", "button": 0}),
        );
        self.command(
            "/actions",
            &json!({"actions": [{
                "type": "pointer",
                "id": "mouse",
                "parameters": {"pointerType": "mouse"},
                "actions": [
                    {"type": "pointerMove", "duration": 0, "x": point[0], "y": point[1]},
                    down, up, down, up,
                ],
            }]}),
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // Nothing is left to be done where this fails.
            let path = format!("/session/{}", self.session);
            let _ = call(self.port, "DELETE", &path, None);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn decoded(value: &Value) -> Vec<u8> {
    STANDARD
        .decode(value.as_str().expect("bytes as Base64"))
        .expect("Base64")
}

/// Sends one request and returns the value of the answer.
fn call(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut stream = BufReader::new(stream);
    let mut status = String::new();
    stream.read_line(&mut status)?;
    let mut length: usize = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().map_err(Error::other)?;
        }
    }
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer)?;
    let mut answer: Value = serde_json::from_slice(&answer)?;
    if status.split_whitespace().nth(1) != Some("200") {
        return Err(Error::other(answer.to_string()));
    }
    Ok(answer["value"].take())
}
