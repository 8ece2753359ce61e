//! fn not() {
use std::{fmt, io};

#[derive(Debug, Clone)]
#[serde(rename = "}")]
pub(crate) struct Pair<'a, K: Ord + 'a, const N: usize = 3>
where
    K: Fn(&str) -> Option<u8>,
{
    key: &'a K,
    values: [u8; N],
}

pub struct Unit;
struct Wrapped(pub u8, String);

impl<'a, K, const N: usize> fmt::Display for Pair<'a, K, N>
where
    K: Ord,
{
    #[inline(always)]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = r#"a "quoted" { brace"#;
        let c = '{';
        match self.key {
            Some(Point { x, .. }) if x > 1 => write!(f, "{} {{", x),
            _ => Ok(()),
        }
    }
}

pub trait Shape: Sized + 'static {
    type Item<'b>;
    const SIZE: usize = { 1 + 2 };
    fn area(&self) -> f64;
    fn name(&self) -> String { "shape".into() }
}

pub async unsafe extern "C" fn run<F>(how: F, size: [u8; { 2 + 1 }]) -> Result<(), Box<dyn Error + Send>>
where
    F: for<'b> FnOnce(&'b str) -> Pin<Box<dyn Future<Output = ()>>>,
{
    let closure = |x: u32| -> u32 { x + 1 };
    fn inner<T>(t: T) -> T { t }
    let Some(value) = find() else { return Ok(()); };
    loop { break }
}

impl<T> Shape for Vec<T> where T: Clone {
    type Item<'b> = &'b T;
    fn area(&self) -> f64 { if self.len() > 1 { 1.0 } else { 2.0 } }
}

pub enum Mode { Fast { speed: u8 }, Slow(u8) }

mod tests {
    use super::*;

    #[test]
    fn works() { assert_eq!("}", "}"); }
}
