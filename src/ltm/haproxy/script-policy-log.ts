/** The policies' action "log write": a line of its own for each request that a rule takes. Where it goes is `render.ts`'s. */
export const policyLogScript = String.raw`
local levels = {
  emerg = core.emerg, alert = core.alert, crit = core.crit, err = core.err,
  warning = core.warning, notice = core.notice, info = core.info, debug = core.debug,
}

core.register_action("policy_log", { "tcp-req", "http-req", "http-res" }, function(txn, level)
  core.log(levels[level] or core.info, txn:get_var("txn.policy_log") or "")
end, 1)
`.trimStart();
