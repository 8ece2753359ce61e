# proc not {} {
proc area {shape {scale 1}} {
    set text "a \{ brace"
    if {$scale > 1} { return 2 }
    return 1
}
proc draw args { puts $args }
