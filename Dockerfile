# Two stages: the first builds one static program; the second holds it and nothing else
# but the public certificate authorities and an empty folder.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=
RUN .ci/build /frontdesk && mkdir /state

FROM scratch
# Without these it could not tell Telegram and Slack from somebody who pretends to be them.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /frontdesk /frontdesk
# For a volume, where FRONTDESK_STATE=/state is set. A new volume takes this folder's owner.
COPY --from=build --chown=65532:65532 /state /state
# Nobody, without a name: the image has no users. It writes nothing outside /state, so
# run it with a read-only root: docker run --rm --read-only -p 8080:8080 frontdesk
USER 65532:65532
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD ["/frontdesk", "healthcheck"]
ENTRYPOINT ["/frontdesk"]
