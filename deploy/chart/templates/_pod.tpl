{{- /* The template of a pod, for a Deployment and for a WorkerDeployment. */ -}}
{{- define "lro.pod" -}}
metadata:
  labels:
    {{- include "lro.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # The pods are replaced when their environment changes.
    checksum/config: {{ include (print $.Template.BasePath "/configmap.yaml") . | sha256sum }}
    {{- if .Values.scrapeAnnotations }}
    prometheus.io/scrape: 'true'
    prometheus.io/port: {{ .Values.ports.metrics | quote }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "lro.serviceAccount" . }}
  # The worker does not use the Kubernetes API.
  automountServiceAccountToken: false
  # A worker stops within 8 s.
  terminationGracePeriodSeconds: 15
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: worker
      image: {{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
      envFrom:
        - configMapRef:
            name: {{ include "lro.name" . }}
        {{- with .Values.temporal.existingSecret }}
        - secretRef:
            name: {{ . }}
        {{- end }}
      ports:
        - name: health
          containerPort: {{ .Values.ports.health }}
        - name: metrics
          containerPort: {{ .Values.ports.metrics }}
      livenessProbe:
        httpGet:
          path: /healthz
          port: health
        periodSeconds: 10
        timeoutSeconds: 3
        failureThreshold: 6
      readinessProbe:
        httpGet:
          path: /readyz
          port: health
        periodSeconds: 5
        timeoutSeconds: 2
        failureThreshold: 2
      resources: {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - name: tmp
          mountPath: /tmp
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: 16Mi
  {{- range $field := list "nodeSelector" "tolerations" "affinity" }}
  {{- with index $.Values $field }}
  {{ $field }}: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end -}}
