// Calls of the app's API on policies; refusals as in server.js.
import { call } from "./server";

export function callPolicy(method, args, options = {}) {
	return call(`safeguarding_escalation.api.policy.${method}`, args, options);
}
