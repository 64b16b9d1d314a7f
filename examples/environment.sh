# shellcheck shell=sh
# To be sourced in the project's root folder: where the examples find the endpoint that ./run
# started with its default ports and state folder, and the Python that has the AWS SDK. Each
# program comes with the certificate of its own name below SHADOW_THINGS.
export SHADOW_ENDPOINT=localhost SHADOW_PORT=8883 SHADOW_HTTPS=https://localhost:8443
export SHADOW_CA="$PWD/state/certificates/ca/ca.pem"
export SHADOW_THINGS="$PWD/state/certificates/things"
export PATH="$PWD/build/examples/bin:$PATH"
