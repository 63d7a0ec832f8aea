-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- REGISTER in Lua (KEMI): load app_lua, then
--
--   modparam("app_lua", "load", "/etc/kamailio_scscf/scscf.lua")
--   cfgengine "lua"
--
-- ims_registrar_scscf and ims_isc have no KEMI. The requests that need them stay in
-- kamailio.cfg, whose route[REGISTER] then says lua_run("ksr_register").

-- authenticate() and save() answer the request. 1: go on; -1: it was refused;
-- 0: the HSS is asked, and nothing may follow: what runs then is named here.
function ksr_register()
	if KSR.ims_reg_refresh.authenticate(KSR.pv.get("$rd"), "ksr_reg_mar_reply") ~= 1 then
		return
	end
	if KSR.ims_reg_refresh.save("location", "ksr_reg_sar_reply") ~= 0 then
		KSR.info("REGISTER of " .. KSR.pv.get("$regr(impu)") .. ": "
			.. KSR.pv.get("$regr(act)") .. ", " .. KSR.pv.get("$regr(why)") .. "\n")
	end
end

-- The HSS was asked for credentials, and the 401 (or the refusal) has gone.
function ksr_reg_mar_reply(name)
	KSR.info("MAA " .. KSR.pv.get("$tu") .. ": "
		.. KSR.pv.get("$avp(maa_return_code)") .. "\n")
end

-- The HSS was told, and the reply has gone.
function ksr_reg_sar_reply(name)
	KSR.info("SAA " .. KSR.pv.get("$regr(impu)") .. ": "
		.. KSR.pv.get("$avp(saa_return_code)") .. ", " .. KSR.pv.get("$regr(act)")
		.. ", " .. KSR.pv.get("$regr(why)") .. "\n")
end

-- A request to one of our users: after lookup(), before it is relayed.
function ksr_track()
	KSR.ims_reg_refresh.track()
end

-- Shadow mode, beside stock save(): before the proof; in the route of its SAA.
function ksr_decide()
	KSR.ims_reg_refresh.decide("location")
end

function ksr_learn()
	KSR.ims_reg_refresh.learn("location")
end

-- Every event of the module; name is as "reg_refresh:registered".
function ksr_reg_refresh_event(name)
	KSR.notice("REG_REFRESH " .. KSR.pv.get("$regr(json)") .. "\n")
end

-- Only where kamailio.cfg has no request_route of its own.
function ksr_request_route()
	if KSR.maxfwd.process_maxfwd(10) < 0 then
		KSR.sl.send_reply(483, "Too Many Hops")
	elseif KSR.is_REGISTER() then
		ksr_register()
	elseif KSR.is_OPTIONS() and KSR.is_myself_ruri() then
		KSR.sl.send_reply(200, "OK")
	elseif not KSR.is_ACK() then
		KSR.sl.send_reply(501, "Not Implemented")
	end
end
