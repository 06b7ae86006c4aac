import { Code } from './blocks';
import { GenericApiContent } from './shared/generic-api';
import { endpointsOf } from './shared/values';
import type { Guide, GuideProps } from './types';

export const guide: Guide = {
  id: 'api-python',
  name: 'Python',
  description: 'Check access tokens in a Flask API.',
  category: 'API',
  applicationType: 'API',
  logo: { mark: 'Py', color: '#1d4ed8' },
};

const check = ({ issuer, resource }: GuideProps) => `from functools import wraps

import jwt
from flask import Flask, abort, g, request

app = Flask(__name__)
keys = jwt.PyJWKClient("${endpointsOf(issuer).jwks}")


def verify():
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        abort(401)
    try:
        return jwt.decode(
            token,
            keys.get_signing_key_from_jwt(token).key,
            algorithms=["ES384"],
            issuer="${issuer}",
            audience="${resource}",
        )
    except jwt.PyJWTError:
        abort(401)


def requires(scope):
    def decorate(view):
        @wraps(view)
        def guarded(*args, **kwargs):
            claims = verify()
            if scope not in claims.get("scope", "").split():
                abort(403)
            g.subject = claims["sub"]
            return view(*args, **kwargs)

        return guarded

    return decorate


@app.get("/books")
@requires("read:books")
def books():
    return {"reader": g.subject}
`;

export default function Content(props: GuideProps) {
  return (
    <GenericApiContent {...props} framework="Python" install={'pip install flask "pyjwt[crypto]"'}>
      <Code language="python" title="api.py">
        {check(props)}
      </Code>
    </GenericApiContent>
  );
}
