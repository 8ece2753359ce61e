// fn not() void {
const std = @import("std");

pub const Shape = struct {
    side: u32 = 0,
    pub fn area(self: *const Shape) u32 {
        const c = '{';
        if (self.side > 1) { return 1; }
        return self.side;
    }
};

fn add(comptime T: type, a: T, b: T) !T {
    return a + b;
}
