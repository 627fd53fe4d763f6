"""Is an OpenAPI document valid, as openapi-spec-validator sees it?

Standard input: the document. Standard output: {"version", "faults": [text]}.
"""

import json
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator

if __name__ == "__main__":
    document = json.load(sys.stdin)
    faults = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in OpenAPIV31SpecValidator(document).iter_errors()]
    json.dump({"version": document.get("openapi"), "faults": faults}, sys.stdout)
