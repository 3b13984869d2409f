// Parses the scripts named on the command line as ES2021, which Chromium 86 understands; prints what it cannot.
"use strict";
const fs = require("fs");
const acorn = require("../../node_modules/acorn");

for (const path of process.argv.slice(2)) {
  const text = fs.readFileSync(path, "utf8");
  const sourceType = /^(?:import|export) /m.test(text) ? "module" : "script";
  try {
    acorn.parse(text, { ecmaVersion: 2021, sourceType });
  } catch (error) {
    console.log(`${path}: ${error.message}`);
  }
}
