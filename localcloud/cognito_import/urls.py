"""Where the answers of this part are served: moto's Cognito endpoint, with our response class in place of moto's.

The well-known documents of a pool stay with moto.
"""

from __future__ import annotations

from moto.cognitoidp import urls as moto_urls

from localcloud.cognito_import.responses import CognitoImportResponse

url_bases = moto_urls.url_bases

url_paths = {**moto_urls.url_paths, "{0}/$": CognitoImportResponse.dispatch}
