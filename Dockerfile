# djlint-check and nothing else: no shell, no libc, no user but nobody.
#
#     docker build --tag djlint-check .
#     docker run --rm --volume "$PWD:/project:ro" djlint-check

# The builder's own target is the static one: Alpine's libc is musl.
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /djlint
COPY . .
RUN cargo build --locked --release --bin djlint-check

FROM scratch
COPY --from=build /djlint/target/release/djlint-check /djlint-check
WORKDIR /project
USER 65534:65534
ENTRYPOINT ["/djlint-check"]
CMD ["check"]
