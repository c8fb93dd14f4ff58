# Runs one `cli script` in a safe interpreter: no files, no programs, no sockets, bounded in commands and
# time. What it wants of the device it asks its caller for, a line each; the caller answers with a line.
# Words of a line are base64 of UTF-8, an empty one is "-".

fconfigure stdin -encoding utf-8 -translation lf -buffering line
fconfigure stdout -encoding utf-8 -translation lf -buffering line

proc pack {text} {
    if {$text eq ""} { return "-" }
    return [binary encode base64 [encoding convertto utf-8 $text]]
}

proc unpack {word} {
    if {$word eq "-"} { return "" }
    return [encoding convertfrom utf-8 [binary decode base64 $word]]
}

# Asks; an answer "error MESSAGE" is raised where the script stands.
proc ask {kind args} {
    set line $kind
    foreach word $args { append line " " [pack $word] }
    puts stdout $line
    if {[gets stdin answer] < 0} { exit 1 }
    lassign [split $answer " "] status text
    if {$status eq "error"} { return -code error [unpack $text] }
    return [unpack $text]
}

proc command {verb args} { return [ask command "$verb [join $args " "]"] }

proc put {args} {
    if {[lindex $args 0] eq "-nonewline"} {
        ask write [lindex $args end]
    } else {
        ask write "[lindex $args end]\n"
    }
    return ""
}

# An object of get_config and get_status: {component name {field value …}}.
proc fieldNames {args} {
    set which [expr {[llength $args] > 1 ? [lindex $args 0] : "value"}]
    set names {}
    foreach {field value kind} [lindex [lindex $args end] 2] {
        if {($kind eq "nested") == ($which eq "nested")} { lappend names $field }
    }
    return $names
}

proc fieldOf {object name} {
    foreach {field value kind} [lindex $object 2] {
        if {$field eq $name} { return [list 1 $value] }
    }
    return [list 0 ""]
}

# With a third word the value goes into the variable of that name, and the answer is whether there is one.
proc fieldValue {interpreter object name {variable ""}} {
    lassign [fieldOf $object $name] found value
    if {$variable ne ""} {
        if {$found} { interp eval $interpreter [list set $variable $value] }
        return $found
    }
    if {!$found} { error "get_field_value: the field \"$name\" was not found" }
    return $value
}

set box [interp create -safe]
foreach verb {
    add_to_trust cd cp create delete edit generate install list load modify mv publish pwd reboot reset-stats restart
    run save show start stop
} {
    interp alias $box ::tmsh::$verb {} command $verb
}
interp alias $box ::tmsh::reset_stats {} command reset-stats
interp alias $box ::tmsh::begin_transaction {} command create cli transaction
interp alias $box ::tmsh::commit_transaction {} command submit cli transaction
interp alias $box ::tmsh::cancel_transaction {} command delete cli transaction
interp alias $box ::tmsh::get_config {} ask config
interp alias $box ::tmsh::get_status {} ask status
interp alias $box ::tmsh::stateless {} ask stateless
interp alias $box ::tmsh::version {} ask version
interp alias $box ::tmsh::display {} put
interp alias $box ::tmsh::log {} ask log
interp alias $box ::tmsh::include {} include
interp alias $box ::tmsh::get_type {} lindex0
interp alias $box ::tmsh::get_name {} lindex1
interp alias $box ::tmsh::get_field_names {} fieldNames
interp alias $box ::tmsh::get_field_value {} fieldValueHere
foreach manner {log_dest log_level clear_screen display_threshold expand_macro} {
    interp alias $box ::tmsh::$manner {} manner
}
interp alias $box puts {} put
interp alias $box clock {} clock
interp alias $box exit {} leave

proc lindex0 {object} { return [lindex $object 0] }
proc lindex1 {object} { return [lindex $object 1] }
proc manner {args} { return "" }
proc leave {{status 0}} { ask exit $status; exit 0 }
proc include {name} {
    global box
    return [interp eval $box [ask script $name]]
}
# The variable is the one of the procedure that asks, as with BIG-IP.
proc fieldValueHere {object name {variable ""}} {
    global box
    return [fieldValue $box $object $name $variable]
}

interp limit $box command -value 20000000 -granularity 1000

set name [ask name]
set words [ask arguments]
interp eval $box [list namespace eval ::tmsh {}]
interp eval $box [list set ::tmsh::argv [linsert $words 0 $name]]
interp eval $box [list set ::tmsh::argc [expr {[llength $words] + 1}]]
interp eval $box {namespace eval ::script {}}
set failed [catch {
    interp eval $box [ask script $name]
    foreach procedure {::script::init ::script::run} {
        if {[interp eval $box [list info procs $procedure]] ne ""} { interp eval $box $procedure }
    }
} message]
if {$failed} { ask failed $message }
exit 0
