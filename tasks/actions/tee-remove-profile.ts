import { removalOf } from "../lib/tee-removal.ts";

export default removalOf("profile");
