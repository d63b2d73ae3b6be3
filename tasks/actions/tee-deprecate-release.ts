import { deprecationOf } from "../lib/tee-removal.ts";

export default deprecationOf("release");
